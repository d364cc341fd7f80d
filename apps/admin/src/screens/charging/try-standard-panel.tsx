import type { TargetKind } from '@anlin/contract';
import { tryChargeStandard } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Descriptions, Input, Select, Space, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import type { StandardBody } from './standard-values.ts';
import { targetKindOptions } from './target-kinds.ts';

/** Tries the standard as it stands in the form on a real house, parking space or vehicle, with every step. Nothing is saved. */
export function TryStandardPanel({
  standardId,
  read,
  wantsUsage,
}: {
  standardId: string | null;
  /** What stands in the form now. */
  read: () => StandardBody;
  wantsUsage: boolean;
}) {
  const [targetKind, setTargetKind] = useState<TargetKind>('house');
  const [targetId, setTargetId] = useState<string | null>(null);
  const [day, setDay] = useState<Dayjs>(dayjs());
  const [quantity, setQuantity] = useState('');
  const [usedBefore, setUsedBefore] = useState('');
  const trial = useMutation({
    mutationFn: () => {
      const { name: _, note: __, alignment: ___, ...rule } = read();
      return call(tryChargeStandard, {
        body: {
          ...rule,
          chargeStandardId: standardId,
          targetKind,
          targetId: targetId ?? '',
          day: day.format('YYYY-MM-DD'),
          quantity: quantity === '' ? null : quantity,
          usedBefore: usedBefore === '' ? null : usedBefore,
        },
      });
    },
  });
  const result = trial.data;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Select
          aria-label="试算对象类型"
          value={targetKind}
          options={targetKindOptions}
          style={{ width: 90 }}
          onChange={(kind) => {
            setTargetKind(kind);
            setTargetId(null);
          }}
        />
        <ReferenceSelect
          key={targetKind}
          to={targetKind}
          aria-label="试算对象"
          placeholder={targetKind === 'vehicle' ? '输入车牌' : '输入房号，如 1栋-1201'}
          style={{ width: 210 }}
          value={targetId}
          onChange={setTargetId}
        />
        <DatePicker aria-label="试算日期" value={day} allowClear={false} onChange={(next) => next && setDay(next)} />
        {wantsUsage ? (
          <>
            <Input
              aria-label="试算用量"
              placeholder="用量"
              inputMode="decimal"
              style={{ width: 90 }}
              value={quantity}
              onChange={(event) => setQuantity(event.target.value.trim())}
            />
            <Input
              aria-label="本年已用"
              placeholder="本年已用"
              inputMode="decimal"
              style={{ width: 100 }}
              value={usedBefore}
              onChange={(event) => setUsedBefore(event.target.value.trim())}
            />
          </>
        ) : null}
        <Button disabled={targetId === null} loading={trial.isPending} onClick={() => trial.mutate()}>
          试算
        </Button>
      </Space>
      {trial.error ? <Alert type="error" showIcon title={errorText(trial.error)} /> : null}
      {result ? (
        <>
          {result.amount === null ? (
            <Alert type="warning" showIcon title={`${result.targetLabel}不会生成账单：${result.reason}`} />
          ) : (
            <Alert
              type="success"
              showIcon
              title={`${result.targetLabel} ${result.periodFrom} 起的账期：${result.amount} 元`}
              description={<span style={{ whiteSpace: 'pre-line' }}>{result.sentence}</span>}
            />
          )}
          {result.values.length > 0 ? (
            <Descriptions
              size="small"
              bordered
              column={2}
              items={result.values.map(({ name, value }) => ({
                key: name,
                label: name,
                children: value ?? '没有填写',
              }))}
            />
          ) : null}
          {result.steps.length > 0 ? (
            <Table
              rowKey={(step) => `${step.position} ${step.text}`}
              size="small"
              pagination={false}
              dataSource={result.steps}
              columns={[
                { title: '步骤', dataIndex: 'text' },
                { title: '得', dataIndex: 'value', align: 'right' },
              ]}
            />
          ) : null}
        </>
      ) : null}
    </Space>
  );
}
