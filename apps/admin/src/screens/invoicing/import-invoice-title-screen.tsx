import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportInvoiceTitleScreen() {
  return (
    <ImportWizard
      kind="invoiceTitle"
      help="单位抬头的统一社会信用代码会核对校验码；房屋写房号，不属于某套房屋的留空。"
    />
  );
}
