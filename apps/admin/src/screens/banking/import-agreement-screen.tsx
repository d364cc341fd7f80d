import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportAgreementScreen() {
  return (
    <ImportWizard
      kind="bankAgreement"
      help="每行一份代扣协议。账号一列请设为文本；写入后账号加密保存，上传的文件会删除。"
    />
  );
}
