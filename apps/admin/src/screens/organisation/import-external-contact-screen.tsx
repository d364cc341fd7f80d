import { ImportWizard } from '../../resource-ui/import-wizard.tsx';

export default function ImportExternalContactScreen() {
  return <ImportWizard kind="externalContact" help="街道、维保、供应商等外部联系人。" />;
}
