import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportBuildingScreen() {
  return <ImportWizard kind="building" help="楼宇和楼里的单元。房屋另行导入，或按楼宇批量生成。" />;
}
