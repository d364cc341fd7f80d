import {
  type EndpointReply,
  endTagBinding,
  followTagBinding,
  joinsOnOptions,
  listTagBindingConflicts,
  listTagBindings,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Empty, Flex, Form, Modal, Radio, Skeleton, Space, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { targetNouns } from './target-kinds.ts';

type TagBinding = EndpointReply<typeof listTagBindings>['rows'][number];

const dayBefore = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

/** Standards that follow a tag: how many are bound, which cannot be and why, and stopping (EST-9). */
export default function TagBindingsDrawer({ onClose }: { onClose: () => void }) {
  const { id: communityId } = useCommunity();
  const [ending, setEnding] = useState<TagBinding>();
  const { data, error } = useQuery({
    queryKey: ['tagBinding', 'list', communityId],
    queryFn: ({ signal }) => call(listTagBindings, { query: { communityId }, signal }),
  });
  return (
    <Drawer open size={640} title="跟随标签的收费标准" onClose={onClose}>
      <p className="muted">打上标签的自动绑定，取下标签的自动结束；已生成的账单不受影响。</p>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data?.rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有。绑定标准时只选一个标签，再勾选“跟随标签”" />
      ) : null}
      <Flex vertical gap={20}>
        {data?.rows.map((row) => (
          <Following key={row.id} row={row} onEnd={() => setEnding(row)} />
        ))}
      </Flex>
      {ending ? <EndDialog row={ending} onClose={() => setEnding(undefined)} /> : null}
    </Drawer>
  );
}

function Following({ row, onEnd }: { row: TagBinding; onEnd: () => void }) {
  const mayEdit = useCan()('standardBinding.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const isOver = row.endsOn !== null;
  const noun = targetNouns[row.targetKind];
  const follow = useMutation({
    mutationFn: () => call(followTagBinding, { params: { id: row.id } }),
    async onSuccess({ joined, ended }) {
      message.success(joined + ended === 0 ? '没有变化' : `新绑定 ${joined}，结束 ${ended}`);
      await queries.invalidateQueries();
    },
    onError: (error) => message.error(errorText(error), 6),
  });
  return (
    <section aria-label={`${row.tagLabel} ${row.chargeStandardLabel}`}>
      <Flex justify="space-between" align="center" gap={12}>
        <Space wrap>
          <Tag>{row.tagLabel}</Tag>
          <strong>
            {row.chargeItemLabel} {row.chargeStandardLabel}
          </strong>
          {isOver ? <Tag>已停止</Tag> : null}
        </Space>
        {mayEdit && !isOver ? (
          <Space>
            <Button size="small" loading={follow.isPending} onClick={() => follow.mutate()}>
              立即核对
            </Button>
            <Button size="small" danger onClick={onEnd}>
              停止跟随
            </Button>
          </Space>
        ) : null}
      </Flex>
      <div>
        {row.communityLabel}，{row.startsOn} 起{row.endsOn ? `至 ${dayBefore(row.endsOn)}` : ''}，变化从
        {joinsOnOptions[row.joinsOn]}起算{row.ownPrice ? `，单独定价 ${row.ownPrice} 元` : ''}
      </div>
      <Space>
        <span>
          有标签 {row.taggedCount} {noun}，已绑定 {row.boundCount}
        </span>
        {row.conflictCount > 0 ? (
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setOpen(!isOpen)}>
            {row.conflictCount} {noun}没有跟上
          </Button>
        ) : null}
      </Space>
      {isOpen ? <Conflicts id={row.id} /> : null}
    </section>
  );
}

function Conflicts({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['tagBinding', 'conflicts', id],
    queryFn: ({ signal }) => call(listTagBindingConflicts, { params: { id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  return (
    <ul>
      {data?.rows.map((row) => (
        <li key={row.targetLabel}>
          {row.targetLabel}：
          {row.reason === 'bound'
            ? `同一收费项目已绑定“${row.standardLabel}”，自 ${row.startsOn} 起${row.endsOn ? `至 ${dayBefore(row.endsOn)}` : ''}`
            : '标签已取下，但有作废的账单，请停止跟随后手工处理'}
        </li>
      ))}
    </ul>
  );
}

interface EndForm {
  bindings: 'end' | 'keep';
  endsOn: string;
  voidUnpaid?: boolean;
}

function EndDialog({ row, onClose }: { row: TagBinding; onClose: () => void }) {
  const [form] = Form.useForm<EndForm>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const isEnding = Form.useWatch('bindings', form) !== 'keep';
  const end = useMutation({
    mutationFn: ({ bindings, endsOn, voidUnpaid }: EndForm) =>
      call(endTagBinding, {
        params: { id: row.id },
        body: {
          ...{ version: row.version, endsOn: endsOn || todayText(), keepBindings: bindings === 'keep' },
          voidUnpaid: voidUnpaid ?? false,
        },
      }),
    async onSuccess({ endedCount }) {
      message.success(endedCount > 0 ? `已停止跟随，结束 ${endedCount} 个绑定` : '已停止跟随');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      title={`“${row.chargeStandardLabel}”不再跟随标签“${row.tagLabel}”？`}
      okText="停止跟随"
      cancelText="取消"
      okButtonProps={{ danger: true, loading: end.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<EndForm>
        form={form}
        layout="vertical"
        initialValues={{ bindings: 'keep', endsOn: todayText() }}
        onFinish={(values) => end.mutate(values)}
      >
        <Form.Item name="bindings" label={`现有的 ${row.boundCount} 个绑定`}>
          <Radio.Group
            options={[
              { value: 'keep', label: '留作普通绑定，继续收费' },
              { value: 'end', label: '一起结束' },
            ]}
          />
        </Form.Item>
        <Form.Item name="endsOn" label="从哪天起不再收费" hidden={!isEnding}>
          <DayField />
        </Form.Item>
        <Form.Item name="voidUnpaid" valuePropName="checked" hidden={!isEnding}>
          <Checkbox>作废这天以后未收款的账单</Checkbox>
        </Form.Item>
      </Form>
      {end.error ? <Alert type="error" showIcon title={errorText(end.error)} /> : null}
    </Modal>
  );
}
