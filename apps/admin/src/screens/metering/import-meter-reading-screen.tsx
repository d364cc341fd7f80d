import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportMeterReadingScreen() {
  return (
    <ImportWizard
      kind="meterReading"
      help="每行一块表一个月，或每月一列。满转、换表、突增要在表里写明，否则逐行退回。"
    />
  );
}
