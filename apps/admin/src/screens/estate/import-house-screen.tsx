import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportHouseScreen() {
  return <ImportWizard kind="house" help="一个文件带来房屋、楼宇、单元、业主和标签。" />;
}
