import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportStaffScreen() {
  return <ImportWizard kind="staff" help="员工及其部门。没填初始密码的，导入后在员工列表中重置密码。" />;
}
