import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportVehicleScreen() {
  return <ImportWizard kind="vehicle" help="车辆和它关联的房屋。" />;
}
