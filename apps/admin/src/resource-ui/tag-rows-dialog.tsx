import { type ResourceDefinition, tagRowsEndpoint } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { TagSelect } from './tag-select.tsx';
import type { ListConditions } from './use-resource-list.ts';

interface TagRowsDialogProps {
  definition: ResourceDefinition;
  chosen: { ids: readonly string[] } | { conditions: ListConditions };
  count: number;
  noun: string;
  onClose: () => void;
  onDone: () => void;
}

/** Asks which tags to attach and which to take off, and says to how many rows. */
export default function TagRowsDialog({ definition, chosen, count, noun, onClose, onDone }: TagRowsDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const isEverything = 'conditions' in chosen;
  const save = useMutation({
    mutationFn: () => call(tagRowsEndpoint(definition), { body: { add, remove, chosen: chosenRows(chosen) } }),
    async onSuccess(reply) {
      message.success(`已设置 ${reply.count.toLocaleString('zh-CN')} ${noun}的标签`);
      onClose();
      onDone();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      width={480}
      title={`为 ${count.toLocaleString('zh-CN')} ${noun}设置标签`}
      okText={`设置 ${count.toLocaleString('zh-CN')} ${noun.slice(0, 1)}`}
      cancelText="取消"
      okButtonProps={{ disabled: add.length + remove.length === 0 }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        {isEverything ? (
          <Alert
            type="info"
            showIcon
            title={`对列表里符合当前条件的全部${definition.label}生效，不只是这一页`}
            style={{ marginBottom: 12 }}
          />
        ) : null}
        <Form.Item label="贴上">
          <TagSelect value={add} onChange={setAdd} aria-label="贴上的标签" placeholder="可多选" />
        </Form.Item>
        <Form.Item label="取下">
          <TagSelect value={remove} onChange={setRemove} aria-label="取下的标签" placeholder="可多选" />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}

/** Without the order, which says nothing of which rows are meant. */
function chosenRows(chosen: TagRowsDialogProps['chosen']) {
  if ('ids' in chosen) return { ids: [...chosen.ids] };
  const { q, filter, communityId } = chosen.conditions;
  return { list: { q, filter, communityId } };
}
