import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportPrepaidScreen() {
  return <ImportWizard kind="prepaidAccount" help="从其他系统转入的预存余额，每行记一张期初收据，当天入账。" />;
}
