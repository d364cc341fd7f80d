import { moveOut, moveOutMany } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, type ButtonProps, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { refreshAll } from './refresh.ts';

interface LeavingStay {
  id: string;
  name: string;
  houseLabel: string;
}

interface MoveOutButtonProps {
  stays: readonly LeavingStay[];
  look?: Pick<ButtonProps, 'type' | 'size'>;
  onDone?: () => void;
}

/** Asks from which day on the people no longer live there. The records of their stays are kept. */
export function MoveOutButton({ stays, look = { size: 'small' }, onDone }: MoveOutButtonProps) {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [day, setDay] = useState<string>();
  const [reason, setReason] = useState('');
  const [only] = stays;
  const who = stays.length === 1 ? `${only?.name} 迁出 ${only?.houseLabel}` : `迁出 ${stays.length} 人次`;
  const save = useMutation({
    async mutationFn(movedOutOn: string) {
      if (stays.length === 1 && only) await call(moveOut, { params: { id: only.id }, body: { movedOutOn, reason } });
      else await call(moveOutMany, { body: { ids: stays.map(({ id }) => id), movedOutOn, reason } });
    },
    onError: (error) => message.error(errorText(error)),
    async onSuccess() {
      message.success(stays.length === 1 ? `${only?.name}已迁出` : `已迁出 ${stays.length} 人次`);
      setDay(undefined);
      onDone?.();
      await refreshAll(queries);
    },
  });
  if (!can('resident.edit') || stays.length === 0) return null;
  return (
    <>
      <Button {...look} onClick={() => setDay(todayText())}>
        {stays.length === 1 ? '迁出' : `迁出 ${stays.length} 人次`}
      </Button>
      {day === undefined ? null : (
        <Modal
          open
          width={420}
          title={who}
          okText="迁出"
          cancelText="取消"
          okButtonProps={{ disabled: day === '' }}
          confirmLoading={save.isPending}
          onOk={() => save.mutate(day)}
          onCancel={() => setDay(undefined)}
        >
          <p>从哪一天起不再居住？入住记录会保留。</p>
          <Space orientation="vertical" style={{ width: '100%' }}>
            <DayField aria-label="迁出日期" value={day} onChange={(next) => setDay(next ?? '')} />
            <Input
              aria-label="迁出原因"
              placeholder="原因（可不填）"
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </Space>
        </Modal>
      )}
    </>
  );
}
