import { App, DatePicker, Form, Modal, Radio } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { useCommunity } from '../../shell/community.ts';

interface PrintNoticesDialogProps {
  /** The chosen bills, whose houses get a notice; empty: everybody in arrears. */
  billIds: readonly string[];
  onClose: (isStarted: boolean) => void;
}

/** 打印催缴单: one notice for each house with what it owes as of a day, all in one PDF. */
export default function PrintNoticesDialog({ billIds, onClose }: PrintNoticesDialogProps) {
  const { message } = App.useApp();
  const { id: communityId, name } = useCommunity();
  const [asOf, setAsOf] = useState(() => dayjs());
  const [isOverdueOnly, setOverdueOnly] = useState(true);
  const pdf = usePrintPdf(() => onClose(true));
  const isAll = billIds.length === 0;
  const print = () => {
    if (billIds.length > 1000) return message.warning('一次最多勾选 1000 张账单，请分批打印');
    const day = asOf.format('YYYY-MM-DD');
    const filter = { ...(communityId ? { communityId } : {}), ...(isOverdueOnly ? { dueBefore: day } : {}) };
    pdf.mutate({ type: 'dunningNotice', asOf: day, ...(isAll ? { filter } : { ids: [...billIds] }) });
  };
  return (
    <Modal
      open
      title="打印催缴单"
      okText="打印"
      cancelText="取消"
      confirmLoading={pdf.isPending}
      onOk={print}
      onCancel={() => onClose(false)}
    >
      <p className="muted">
        {isAll
          ? `${name}中有欠费的每户一张，合成一个 PDF。`
          : '所选账单的每户一张，列出该户及其车位、车辆截至当天的全部欠费。'}
        打印用小区的催缴单模板。
      </p>
      <Form layout="vertical">
        <Form.Item label="截至日期（违约金算到这一天）">
          <DatePicker aria-label="截至日期" allowClear={false} value={asOf} onChange={(day) => day && setAsOf(day)} />
        </Form.Item>
        {isAll ? (
          <Form.Item label="哪些住户">
            <Radio.Group
              value={isOverdueOnly}
              onChange={(event) => setOverdueOnly(event.target.value)}
              options={[
                { value: true, label: '有逾期账单的' },
                { value: false, label: '有未缴账单的' },
              ]}
            />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
