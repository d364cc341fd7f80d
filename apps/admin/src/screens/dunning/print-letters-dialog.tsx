import { dunningLetters, type PrintType } from '@anlin/contract';
import { App, Modal, Radio } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { useCommunity } from '../../shell/community.ts';

interface PrintLettersDialogProps {
  /** Chosen households; none: all of the community whom the paper is for. */
  ids: readonly string[];
  onClose: (isStarted: boolean) => void;
}

const papers: readonly { value: PrintType; label: string; help: string }[] = [
  { value: 'dunningNotice', label: '催缴单', help: '列出全部欠费' },
  { value: dunningLetters.first.printType, label: dunningLetters.first.label, help: '阶段为“应发提醒函”的户' },
  { value: dunningLetters.second.printType, label: dunningLetters.second.label, help: '阶段为“应发催告函”的户' },
  { value: dunningLetters.third.printType, label: dunningLetters.third.label, help: '阶段为“应发最后通知”的户' },
];

/** A notice, or a letter of the ladder, for each household, in one PDF. */
export default function PrintLettersDialog({ ids, onClose }: PrintLettersDialogProps) {
  const { message } = App.useApp();
  const { id: communityId, name } = useCommunity();
  const [type, setType] = useState<PrintType>('arrearsReminder');
  const pdf = usePrintPdf(() => onClose(true));
  const print = () => {
    if (ids.length > 1000) return message.warning('一次最多勾选 1000 户，请分批打印');
    const day = dayjs().format('YYYY-MM-DD');
    const filter = { ...(communityId ? { communityId } : {}), ...(type === 'dunningNotice' ? { dueBefore: day } : {}) };
    pdf.mutate({ type, asOf: day, ...(ids.length > 0 ? { ids: [...ids] } : { filter }) });
  };
  return (
    <Modal
      open
      title="打印催缴单、函件"
      okText="打印"
      cancelText="取消"
      confirmLoading={pdf.isPending}
      onOk={print}
      onCancel={() => onClose(false)}
    >
      <p className="muted">
        {ids.length > 0 ? `所选 ${ids.length} 户每户一份` : `${name}中符合的每户一份`}
        ，合成一个 PDF。函件只列逾期的费用，未到天数的户不出函；打印后记入催缴经过。
      </p>
      <Radio.Group
        aria-label="种类"
        value={type}
        onChange={(event) => setType(event.target.value)}
        style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
        options={papers.map(({ value, label, help }) => ({
          value,
          label: (
            <>
              {label} <span className="muted">{ids.length > 0 && value !== 'dunningNotice' ? '' : help}</span>
            </>
          ),
        }))}
      />
    </Modal>
  );
}
