import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportBillScreen() {
  return (
    <ImportWizard
      kind="bill"
      help="未收和已收的账单都能导入：写了已收金额的，同时开出历史收据，记在当时的收款日期。腾讯海纳的模板可直接用。"
    />
  );
}
