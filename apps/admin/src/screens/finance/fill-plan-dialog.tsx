import type { CollectionPlan } from '@anlin/contract';
import { Form, InputNumber, Modal, Radio } from 'antd';
import { useState } from 'react';
import { growMonths, spreadYear, totalOf } from './plan-edit.ts';

interface FillPlanDialogProps {
  year: number;
  /** Communities the person may change. */
  rows: readonly CollectionPlan[];
  onFill: (filled: Record<string, string[]>) => void;
  onClose: () => void;
}

type Way = 'lastPlan' | 'lastIncome' | 'spread';

/** Fills a whole year at once: the year before, its plan or its income, plus a percentage; or one sum shared out evenly. */
export function FillPlanDialog({ year, rows, onFill, onClose }: FillPlanDialogProps) {
  const hasPlan = rows.some((row) => totalOf(row.lastYear.months) !== '0.00');
  const [way, setWay] = useState<Way>(hasPlan ? 'lastPlan' : 'lastIncome');
  const [percent, setPercent] = useState('5');
  const [total, setTotal] = useState('');
  const filled = () =>
    Object.fromEntries(
      rows.map((row) => [
        row.communityId,
        way === 'spread'
          ? spreadYear(total)
          : growMonths(way === 'lastPlan' ? row.lastYear.months : row.lastYear.income, percent),
      ]),
    );
  return (
    <Modal
      open
      title={`快速填写 ${year} 年计划`}
      okText="填入表格"
      cancelText="取消"
      okButtonProps={{ disabled: way === 'spread' && total === '' }}
      onCancel={onClose}
      onOk={() => onFill(filled())}
    >
      <p className="muted">填入 {rows.length} 个小区的 12 个月，保存前可以再改。</p>
      <Form layout="vertical">
        <Form.Item label="按什么填">
          <Radio.Group
            value={way}
            onChange={(event) => setWay(event.target.value)}
            options={[
              { value: 'lastPlan', label: `${year - 1} 年计划`, disabled: !hasPlan },
              { value: 'lastIncome', label: `${year - 1} 年收入` },
              { value: 'spread', label: '全年总额平均分' },
            ]}
          />
        </Form.Item>
        {way === 'spread' ? (
          <Form.Item label="每个小区的全年总额（元）">
            <InputNumber<string>
              aria-label="全年总额"
              stringMode
              min="0"
              precision={2}
              style={{ width: 200 }}
              value={total}
              onChange={(next) => setTotal(next ?? '')}
            />
          </Form.Item>
        ) : (
          <Form.Item label="增减百分比（减少填负数），结果取整到元">
            <InputNumber<string>
              aria-label="增减百分比"
              stringMode
              min="-100"
              max="1000"
              precision={2}
              suffix="%"
              style={{ width: 200 }}
              value={percent}
              onChange={(next) => setPercent(next ?? '0')}
            />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
