import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportDepositScreen() {
  return (
    <ImportWizard kind="deposit" help="从其他系统转入、还没有退的押金，每行记一张期初收据，保留当初的收取日期。" />
  );
}
