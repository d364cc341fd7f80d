import { type ResourceRow, tagHouses } from '@anlin/contract';
import { TagsOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { TagSelect } from '../../resource-ui/index.ts';

/** Attaches or takes off tags on the chosen houses at once (EST-9). */
export function TagHousesButton({ rows, onDone }: { rows: readonly ResourceRow[]; onDone: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const save = useMutation({
    mutationFn: () => call(tagHouses, { body: { add, remove, chosen: { ids: rows.map(({ id }) => id) } } }),
    onError: (error) => message.error(errorText(error)),
    async onSuccess({ houseCount }) {
      message.success(`已设置 ${houseCount} 套房屋的标签`);
      setOpen(false);
      onDone();
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="small" icon={<TagsOutlined />} onClick={() => setOpen(true)}>
        设置标签
      </Button>
      <Modal
        open={isOpen}
        width={480}
        title={`为 ${rows.length} 套房屋设置标签`}
        okText="保存"
        cancelText="取消"
        okButtonProps={{ disabled: add.length + remove.length === 0 }}
        confirmLoading={save.isPending}
        onOk={() => save.mutate()}
        onCancel={() => setOpen(false)}
      >
        <Form layout="vertical">
          <Form.Item label="贴上">
            <TagSelect value={add} onChange={setAdd} aria-label="贴上的标签" />
          </Form.Item>
          <Form.Item label="取下">
            <TagSelect value={remove} onChange={setRemove} aria-label="取下的标签" />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
