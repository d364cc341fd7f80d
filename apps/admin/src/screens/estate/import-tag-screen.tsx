import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportTagScreen() {
  return <ImportWizard kind="tag" help="给房屋、车位、车辆分类用的标签。" />;
}
