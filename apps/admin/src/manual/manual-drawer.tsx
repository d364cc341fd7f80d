import { Drawer } from 'antd';
import { ManualText } from './manual-text.tsx';

export default function ManualDrawer({ section, onClose }: { section: string; onClose: () => void }) {
  return (
    <Drawer title="使用手册" open onClose={onClose} size={560} mask={false}>
      <ManualText section={section} />
    </Drawer>
  );
}
