import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportFundScreen() {
  return (
    <ImportWizard
      kind="fundAccount"
      help="从其他地方转来的余额，每套房屋一行，只导入一次；已有变动的房屋不再导入。导错的在“收支”里冲回。"
    />
  );
}
