import { batchEditEndpoint, batchFields, type Field, nestCustom, type ResourceDefinition } from '@anlin/contract';
import { DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Select, Skeleton, Space } from 'antd';
import { Suspense, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { useNoticeTask } from '../tasks/use-task.ts';
import { controlOf } from './field-controls.tsx';
import { createBody, findProblems, newValues } from './form-values.ts';
import type { ListConditions } from './use-resource-list.ts';

/** What is changed: rows that were chosen, or all that the list shows. */
export type BatchChosen = { ids: readonly string[] } | { conditions: ListConditions; count: number };

interface BatchEditDrawerProps {
  definition: ResourceDefinition;
  chosen: BatchChosen;
  communityId: string | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Sets fields of many rows to the same values: choose fields, fill them in, confirm how many rows change (EST-4). */
export default function BatchEditDrawer({ definition, chosen, communityId, onClose, onDone }: BatchEditDrawerProps) {
  const [form] = Form.useForm<Record<string, unknown>>();
  const [keys, setKeys] = useState<readonly string[]>([]);
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const noticeTask = useNoticeTask();
  const fields = batchFields(definition);
  const picked = fields.filter(([key]) => keys.includes(key));
  const count = 'ids' in chosen ? chosen.ids.length : chosen.count;
  const rows = `${count.toLocaleString('zh-CN')} 条${definition.label}`;

  const save = useMutation({
    mutationFn: (changes: Record<string, unknown>) =>
      call(batchEditEndpoint(definition), {
        body: {
          chosen: 'ids' in chosen ? { ids: [...chosen.ids] } : { list: listOf(chosen.conditions), count },
          changes: nestCustom(definition, changes),
        },
      }),
    onSuccess: async ({ taskId, changed }) => {
      if (taskId === null) message.success(`已修改 ${changed.toLocaleString('zh-CN')} 条${definition.label}`);
      else {
        message.success('已开始批量修改，完成后会提醒您，也可在右上角“任务与下载”里查看');
        noticeTask();
      }
      await queries.invalidateQueries({ queryKey: [definition.name] });
      onDone();
    },
  });

  const submit = (values: Record<string, unknown>) => {
    const only = { ...definition, isCommunityScoped: false, fields: Object.fromEntries(picked) };
    const changes = createBody(only, values);
    const problems = findProblems(only, { version: 0, ...changes }, 'update');
    form.setFields(problems.map(({ path, message: text }) => ({ name: path, errors: [text] })));
    if (problems.length > 0) return;
    modal.confirm({
      title: `把 ${rows} 的${picked.map(([, field]) => field.label).join('、')}改成一样的？`,
      content: '原来的内容会被替换，不能一起撤回。',
      okText: `修改 ${count.toLocaleString('zh-CN')} 条`,
      onOk: () => save.mutateAsync(changes).catch(() => {}),
    });
  };

  return (
    <Drawer
      open
      size={520}
      title={`批量修改 ${rows}`}
      onClose={onClose}
      mask={{ closable: false }}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" disabled={picked.length === 0} loading={save.isPending} onClick={form.submit}>
            修改
          </Button>
        </Space>
      }
    >
      <Alert
        type="info"
        showIcon
        style={{ marginBottom: 16 }}
        title={'ids' in chosen ? `修改选中的 ${rows}` : `修改当前筛选的全部 ${rows}`}
        description="只改下面选的几项，其余不变。留空表示清空这一项。"
      />
      {save.error ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form form={form} layout="vertical" initialValues={newValues(definition)} onFinish={submit}>
        <Form.Item label="要修改的项" htmlFor="batch-fields">
          <Select
            id="batch-fields"
            mode="multiple"
            placeholder="可选多项"
            value={[...keys]}
            options={fields.map(([value, { label }]) => ({ value, label }))}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={setKeys}
          />
        </Form.Item>
        {picked.map(([key, field]) => (
          <Space.Compact key={key} block style={{ alignItems: 'start' }}>
            <Form.Item name={key} label={field.label} required={field.isRequired ?? false} style={{ flex: 1 }}>
              <FieldInput field={field} communityId={communityId} />
            </Form.Item>
            <Button
              type="text"
              style={{ marginTop: 30 }}
              aria-label={`不改${field.label}`}
              icon={<DeleteOutlined />}
              onClick={() => setKeys(keys.filter((one) => one !== key))}
            />
          </Space.Compact>
        ))}
      </Form>
    </Drawer>
  );
}

function listOf({ q, communityId, filter }: ListConditions) {
  return { q, communityId, filter };
}

function FieldInput({ field, ...rest }: { field: Field; communityId: string | undefined }) {
  const Control = controlOf(field).FormItem;
  return (
    <Suspense fallback={<Skeleton.Input active block />}>
      <Control field={field} {...rest} />
    </Suspense>
  );
}
