import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportMeterScreen() {
  return (
    <ImportWizard kind="meter" help="仪表的编号、类型、所在房屋和初始读数。抄表清单也能用：上期止度作为初始读数。" />
  );
}
