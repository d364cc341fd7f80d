import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportResidentScreen() {
  return (
    <ImportWizard
      kind="resident"
      help="住户及其入住的房屋，房屋须已在系统里。手机号或证件号已登记的是同一个人，不会重复建档。"
    />
  );
}
