import { tagHouses } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { TagSelect } from '../../resource-ui/index.ts';
import type { ChosenHouses } from './tag-houses-button.tsx';

interface TagHousesDialogProps {
  chosen: ChosenHouses;
  houseCount: number;
  onClose: () => void;
  onDone: () => void;
}

/** Asks which tags to attach and which to take off, and says to how many houses. */
export default function TagHousesDialog({ chosen, houseCount, onClose, onDone }: TagHousesDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const save = useMutation({
    mutationFn: () => call(tagHouses, { body: { add, remove, chosen } }),
    async onSuccess(reply) {
      message.success(`已设置 ${reply.houseCount} 套房屋的标签`);
      onClose();
      onDone();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      width={480}
      title={`为 ${houseCount.toLocaleString('zh-CN')} 套房屋设置标签`}
      okText={`设置 ${houseCount.toLocaleString('zh-CN')} 套`}
      cancelText="取消"
      okButtonProps={{ disabled: add.length + remove.length === 0 }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        {'list' in chosen ? (
          <Alert
            type="info"
            showIcon
            title="对列表里符合当前条件的全部房屋生效，不只是这一页"
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
