import { ProblemError } from '@anlin/client';
import type { TargetKind } from '@anlin/contract';
import {
  bindStandard,
  countBindingTargets,
  createTagBinding,
  houseUsages,
  joinsOnOptions,
  standardBindingResource,
  type TargetSelection,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, DatePicker, Drawer, Form, Input, Radio, Select, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { type EstateNode, EstateTree, ReferenceSelect, ReferencesSelect, TagSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { communityTree } from './community-tree.ts';
import { targetKindOptions, targetNouns } from './target-kinds.ts';

interface BindValues {
  chargeStandardId: string;
  communityId: string;
  targetKind: TargetKind;
  usages?: string[];
  vehicleIds?: string[];
  tagIds?: string[];
  startsOn: Dayjs;
  lastDay?: Dayjs | null;
  ownPrice?: string;
  ownQuantity?: string;
  ownAmount?: string;
  skipOverlapping?: boolean;
  followsTag?: boolean;
  joinsOn?: 'sameDay' | 'nextPeriod';
}

const usageOptions = Object.entries(houseUsages).map(([value, label]) => ({ value, label }));

/** Chooses a standard, targets by tree, usage or tag, and days; says live how many, and again before it binds them. */
export function BindDrawer({ onClose }: { onClose: () => void }) {
  const { communities } = useSession();
  const { id: community } = useCommunity();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<BindValues>();
  const [nodes, setNodes] = useState<readonly EstateNode[]>([]);
  const [values, setValues] = useState<Partial<BindValues>>({ communityId: community, targetKind: 'house' });
  const selection = selectionOf(values, nodes);
  const days = daysOf(values);
  const counted = useQuery({
    queryKey: [standardBindingResource.name, 'count', selection, values.chargeStandardId, days],
    queryFn: ({ signal }) =>
      call(countBindingTargets, {
        body: {
          selection: selection as TargetSelection,
          chargeStandardId: values.chargeStandardId ?? undefined,
          ...days,
        },
        signal,
      }),
    enabled: selection !== undefined,
    placeholderData: keepPreviousData,
  });
  const mayFollow = canFollow(values, nodes);
  const isFollowing = mayFollow && values.followsTag === true;
  const bind = useMutation({
    async mutationFn(given: BindValues) {
      const startsOn = given.startsOn.format('YYYY-MM-DD');
      if (isFollowing) {
        const made = await call(createTagBinding, {
          body: {
            ...{ communityId: given.communityId, targetKind: given.targetKind, tagId: given.tagIds?.[0] ?? '' },
            ...{ chargeStandardId: given.chargeStandardId, startsOn, joinsOn: given.joinsOn ?? 'sameDay' },
            ownPrice: given.ownPrice?.trim() || null,
          },
        });
        return { boundCount: made.joined, skippedCount: made.conflicts };
      }
      return call(bindStandard, {
        body: {
          chargeStandardId: given.chargeStandardId,
          selection: selectionOf(given, nodes) as TargetSelection,
          startsOn,
          endsOn: daysOf(given)?.endsOn ?? null,
          ownPrice: given.ownPrice?.trim() || null,
          ownQuantity: given.ownQuantity?.trim() || null,
          ownAmount: given.ownAmount?.trim() || null,
          skipOverlapping: given.skipOverlapping ?? false,
        },
      });
    },
    onSuccess: async ({ boundCount, skippedCount }) => {
      message.success(`已绑定 ${boundCount} 个${skippedCount > 0 ? `，跳过已绑定的 ${skippedCount} 个` : ''}`, 5);
      await queries.invalidateQueries();
      onClose();
    },
  });
  const noun = targetNouns[values.targetKind ?? 'house'];
  const count = counted.data?.targetCount ?? 0;
  const overlapCount = counted.data?.overlapCount ?? 0;
  const binding = values.skipOverlapping || isFollowing ? count - overlapCount : count;

  const confirm = (given: BindValues) =>
    modal.confirm({
      title: `绑定 ${binding} ${noun}？`,
      content: `自 ${given.startsOn.format('YYYY-MM-DD')} 起收费。${isFollowing ? '以后打上或取下这个标签，绑定自动跟着变。' : ''}绑定本身不产生账单，账单在“生成账单”里生成。`,
      okText: isFollowing ? '绑定并跟随标签' : `绑定 ${binding} ${noun}`,
      cancelText: '再看看',
      onOk: () => bind.mutateAsync(given).catch(() => {}),
    });

  return (
    <Drawer
      open
      size={640}
      title="绑定收费标准"
      mask={{ closable: false }}
      onClose={onClose}
      footer={
        <div style={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 12 }}>
          <strong aria-live="polite">
            {selection ? `已选 ${count.toLocaleString('zh-CN')} ${noun}` : '请选择小区'}
            {counted.data?.quantity && counted.data.quantity !== String(count)
              ? `，合计 ${counted.data.quantity} ㎡`
              : ''}
          </strong>
          <Space>
            <Button onClick={onClose}>取消</Button>
            <Button
              type="primary"
              disabled={binding === 0 && !isFollowing}
              loading={bind.isPending}
              onClick={form.submit}
            >
              绑定
            </Button>
          </Space>
        </div>
      }
    >
      {bind.error ? <Refusal error={bind.error} /> : null}
      <Form<BindValues>
        form={form}
        layout="vertical"
        initialValues={values}
        onValuesChange={(_, all) => setValues(all)}
        onFinish={confirm}
      >
        <Form.Item name="chargeStandardId" label="收费标准" rules={[{ required: true, message: '请选择收费标准' }]}>
          <ReferenceSelect to="chargeStandard" placeholder="如：住宅 2.80" />
        </Form.Item>
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={() => setNodes([])}
          />
        </Form.Item>
        <Form.Item name="targetKind" label="收费对象">
          <Radio.Group options={targetKindOptions} onChange={() => form.resetFields(['vehicleIds'])} />
        </Form.Item>
        {values.targetKind === 'house' && values.communityId ? (
          <>
            <Form.Item label="范围" extra="不勾选则为整个小区；勾选楼宇、单元或房屋可缩小范围">
              <div
                style={{
                  maxHeight: 220,
                  overflow: 'auto',
                  border: '1px solid var(--ant-color-border)',
                  borderRadius: 6,
                  padding: 8,
                }}
              >
                <EstateTree
                  key={values.communityId}
                  loader={communityTree(values.communityId)}
                  checked={{ nodes, onChange: setNodes }}
                />
              </div>
            </Form.Item>
            <Form.Item name="usages" label="房屋用途">
              <Select
                mode="multiple"
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={usageOptions}
                placeholder="不限"
              />
            </Form.Item>
          </>
        ) : null}
        {values.targetKind === 'vehicle' ? (
          <Form.Item name="vehicleIds" label="车辆" extra="不选则为整个小区的车辆，可用标签缩小范围">
            <ReferencesSelect to="vehicle" communityId={values.communityId} placeholder="输入车牌查找" />
          </Form.Item>
        ) : null}
        <Form.Item name="tagIds" label="标签">
          <TagSelect placeholder="不限" />
        </Form.Item>
        {mayFollow ? (
          <Form.Item name="followsTag" valuePropName="checked">
            <Checkbox>跟随标签（以后打上标签的也自动绑定，取下的自动结束）</Checkbox>
          </Form.Item>
        ) : null}
        {isFollowing ? (
          <Form.Item name="joinsOn" label="以后打上或取下标签的，从哪天起算" initialValue="sameDay">
            <Radio.Group options={Object.entries(joinsOnOptions).map(([value, label]) => ({ value, label }))} />
          </Form.Item>
        ) : null}
        <Space size={16} align="start">
          <Form.Item name="startsOn" label="开始日期" rules={[{ required: true, message: '请选择开始日期' }]}>
            <DatePicker />
          </Form.Item>
          <Form.Item
            name="lastDay"
            hidden={isFollowing}
            label="结束日期（含）"
            dependencies={['startsOn']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, lastDay: Dayjs | null) =>
                  lastDay && getFieldValue('startsOn') && lastDay.isBefore(getFieldValue('startsOn'), 'day')
                    ? Promise.reject(new Error('结束日期早于开始日期，请改正'))
                    : Promise.resolve(),
              }),
            ]}
          >
            <DatePicker placeholder="一直有效" />
          </Form.Item>
          <Form.Item
            name="ownPrice"
            label="单独定价"
            rules={[{ pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '应为不小于 0 的数字，最多六位小数' }]}
          >
            <Input placeholder="按标准" inputMode="decimal" suffix="元" style={{ width: 120 }} />
          </Form.Item>
          {isFollowing ? null : (
            <>
              <Form.Item
                name="ownQuantity"
                label="单独数量"
                rules={[{ pattern: /^\d{1,12}(\.\d{1,6})?$/, message: '应为不小于 0 的数字，最多六位小数' }]}
              >
                <Input placeholder="按档案" inputMode="decimal" style={{ width: 100 }} />
              </Form.Item>
              <Form.Item
                name="ownAmount"
                label="单独金额（每月）"
                rules={[{ pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '应为不小于 0 的数字，最多六位小数' }]}
              >
                <Input placeholder="按标准计算" inputMode="decimal" suffix="元" style={{ width: 140 }} />
              </Form.Item>
            </>
          )}
        </Space>
        {counted.data && counted.data.withoutQuantityCount > 0 ? (
          <Alert
            type="warning"
            showIcon
            title={`其中 ${counted.data.withoutQuantityCount} ${noun}没有填写面积或数量，生成账单时会列为“无法计算”`}
            style={{ marginBottom: 12 }}
          />
        ) : null}
        {overlapCount > 0 ? (
          <Alert
            type="warning"
            showIcon
            title={`其中 ${overlapCount} ${noun}在这段时间已绑定同一收费项目`}
            description={counted.data?.overlaps
              .slice(0, 3)
              .map((one) => `${one.targetLabel}：“${one.standardLabel}”自 ${one.startsOn} 起`)
              .join('；')}
            style={{ marginBottom: 12 }}
          />
        ) : null}
        <Form.Item name="skipOverlapping" valuePropName="checked" hidden={overlapCount === 0 || isFollowing}>
          <Checkbox>跳过已绑定的，只绑定其余</Checkbox>
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function Refusal({ error }: { error: unknown }) {
  const fields = error instanceof ProblemError ? error.fields.slice(0, 5) : [];
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={errorText(error)}
      description={fields.length > 1 ? fields.map(({ path, message }) => <div key={path}>{message}</div>) : undefined}
      style={{ marginBottom: 16 }}
    />
  );
}

function selectionOf(values: Partial<BindValues>, nodes: readonly EstateNode[]): TargetSelection | undefined {
  const { communityId, targetKind, tagIds } = values;
  if (!communityId || !targetKind) return undefined;
  const tags = tagIds && tagIds.length > 0 ? { tagIds } : {};
  if (targetKind === 'parkingSpace') return { targetKind, communityId, ...tags };
  if (targetKind === 'vehicle') {
    const chosen = values.vehicleIds && values.vehicleIds.length > 0 ? { vehicleIds: values.vehicleIds } : {};
    return { targetKind, communityId, ...chosen, ...tags };
  }
  const idsOf = (level: EstateNode['level']) => nodes.filter((node) => node.level === level).map(({ id }) => id);
  const usages = values.usages && values.usages.length > 0 ? { usages: values.usages } : {};
  const places = { buildingIds: idsOf('building'), unitIds: idsOf('unit'), houseIds: idsOf('house') };
  return { targetKind, communityId, ...places, ...usages, ...tags };
}

/** A tag can be followed when it alone says what is chosen, in the whole community. */
function canFollow(values: Partial<BindValues>, nodes: readonly EstateNode[]): boolean {
  const { tagIds, usages = [], vehicleIds = [], communityId } = values;
  return (
    communityId !== undefined &&
    tagIds?.length === 1 &&
    usages.length + nodes.length === 0 &&
    (values.targetKind !== 'vehicle' || vehicleIds.length === 0)
  );
}

/** The wire carries the first day that is no longer charged. */
function daysOf({ startsOn, lastDay }: Partial<BindValues>): { startsOn: string; endsOn: string | null } | undefined {
  if (!startsOn) return undefined;
  return {
    startsOn: startsOn.format('YYYY-MM-DD'),
    endsOn: lastDay ? lastDay.add(1, 'day').format('YYYY-MM-DD') : null,
  };
}
