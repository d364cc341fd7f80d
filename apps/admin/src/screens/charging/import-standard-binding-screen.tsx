import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportStandardBindingScreen() {
  return (
    <ImportWizard
      kind="standardBinding"
      help="每行一套房屋或一个车位，按哪个标准、从哪天起收费。与已有绑定重叠的行会逐行退回。"
    />
  );
}
