import { moveOut, type OccupancyView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { todayText } from './today.ts';

/** Asks from which day on the person no longer lives there. The record of the stay is kept. */
export function MoveOutButton({ occupancy }: { occupancy: OccupancyView }) {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [day, setDay] = useState<string>();
  const save = useMutation({
    mutationFn: (movedOutOn: string) => call(moveOut, { params: { id: occupancy.id }, body: { movedOutOn } }),
    onError: (error) => message.error(errorText(error)),
    async onSuccess() {
      message.success(`${occupancy.name}已迁出`);
      setDay(undefined);
      await queries.invalidateQueries();
    },
  });
  if (!can('resident.edit')) return null;
  return (
    <>
      <Button size="small" onClick={() => setDay(todayText())}>
        迁出
      </Button>
      {day === undefined ? null : (
        <Modal
          open
          width={400}
          title={`${occupancy.name} 迁出 ${occupancy.houseLabel}`}
          okText="迁出"
          cancelText="取消"
          okButtonProps={{ disabled: day === '' }}
          confirmLoading={save.isPending}
          onOk={() => save.mutate(day)}
          onCancel={() => setDay(undefined)}
        >
          <p>从哪一天起不再居住？入住记录会保留。</p>
          <Input type="date" aria-label="迁出日期" value={day} onChange={(event) => setDay(event.target.value)} />
        </Modal>
      )}
    </>
  );
}
