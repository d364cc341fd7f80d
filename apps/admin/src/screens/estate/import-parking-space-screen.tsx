import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportParkingSpaceScreen() {
  return <ImportWizard kind="parkingSpace" help="车位和它关联的房屋。" />;
}
