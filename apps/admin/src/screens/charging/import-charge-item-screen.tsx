import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportChargeItemScreen() {
  return <ImportWizard kind="chargeItem" help="收费项目及其计费规则。" />;
}
