import type { MyCompany } from '@anlin/contract';
import { Modal } from 'antd';
import CompanyChoice from './company-choice.tsx';

/** Switching to another company one works for. The page is loaded anew, so that nothing of the one left stays in it. */
export default function CompanyDialog({ companies, onClose }: { companies: MyCompany[]; onClose: () => void }) {
  return (
    <Modal title="切换公司" open onCancel={onClose} footer={null} width={400}>
      <CompanyChoice
        companies={companies}
        onEntered={(session) => (session ? window.location.assign('/') : onClose())}
        onLeft={() => window.location.assign('/sign-in')}
      />
    </Modal>
  );
}
