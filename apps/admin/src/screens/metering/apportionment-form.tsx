import { ProblemError } from '@anlin/client';
import {
  type ApportionmentTerms,
  apportionmentBases,
  apportionmentResource,
  apportionmentSources,
  createApportionment,
  getApportionment,
  houseUsages,
  meterKinds,
  updateApportionment,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Radio, Select, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { type EstateNode, EstateTree, ReferenceSelect, TagSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { communityTree } from '../charging/community-tree.ts';

interface Values {
  name: string;
  chargeItemId: string;
  communityId: string;
  source: 'amount' | 'loss';
  amount?: string;
  meterId?: string;
  price?: string;
  basis: ApportionmentTerms['basis'];
  meterKind?: keyof typeof meterKinds;
  formula?: string;
  weights?: { houseId?: string; weight?: string }[];
  usages?: string[];
  tagIds?: string[];
  vacantPercent: string;
  repeats: boolean;
  note: string;
}

const optionsOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));
const decimal = { pattern: /^\s*\d{1,12}(\.\d{1,6})?\s*$/, message: '应为不小于 0 的数字，最多六位小数' };

export default function ApportionmentForm({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: [apportionmentResource.name, 'terms', id],
    queryFn: ({ signal }) => call(getApportionment, { params: { id: id ?? '' }, signal }),
    enabled: id !== undefined,
    gcTime: 0,
  });
  if (id === undefined) return <TermsDrawer known={undefined} onClose={onClose} />;
  if (data) return <TermsDrawer known={{ ...data, id, terms: data.terms as ApportionmentTerms }} onClose={onClose} />;
  return (
    <Drawer open size={640} title="修改公摊" onClose={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : <Skeleton active />}
    </Drawer>
  );
}

interface Known {
  id: string;
  version: number;
  terms: ApportionmentTerms;
}

function TermsDrawer({ known, onClose }: { known: Known | undefined; onClose: () => void }) {
  const { communities } = useSession();
  const { id: community } = useCommunity();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [nodes, setNodes] = useState<readonly EstateNode[]>(() => nodesOf(known?.terms));
  const source = Form.useWatch('source', form) ?? known?.terms.total.source ?? 'amount';
  const basis = Form.useWatch('basis', form) ?? known?.terms.basis ?? 'builtArea';
  const communityId =
    Form.useWatch('communityId', form) ?? known?.terms.selection.communityId ?? community ?? communities[0]?.id;
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const terms = termsOf(values, nodes);
      if (known) await call(updateApportionment, { params: { id: known.id }, body: { version: known.version, terms } });
      else await call(createApportionment, { body: terms });
    },
    async onSuccess() {
      message.success('公摊已保存');
      await queries.invalidateQueries({ queryKey: [apportionmentResource.name] });
      onClose();
    },
    onError(error) {
      if (!(error instanceof ProblemError)) return;
      form.setFields(error.fields.map(({ path, message: text }) => ({ name: path as keyof Values, errors: [text] })));
    },
  });
  return (
    <Drawer
      open
      size={640}
      title={known ? '修改公摊' : '新增公摊'}
      mask={{ closable: false }}
      onClose={onClose}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            保存
          </Button>
        </Space>
      }
    >
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} style={{ marginBottom: 12 }} /> : null}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={known ? valuesOf(known.terms) : emptyValues(communityId)}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
          <Input maxLength={60} placeholder="如：公共照明" />
        </Form.Item>
        <Form.Item name="chargeItemId" label="收费项目" rules={[{ required: true, message: '请选择收费项目' }]}>
          <ReferenceSelect to="chargeItem" placeholder="如：公摊费用" />
        </Form.Item>
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select
            disabled={known !== undefined}
            options={communities.map((one) => ({ value: one.id, label: one.name }))}
            onChange={() => setNodes([])}
          />
        </Form.Item>
        <Form.Item name="source" label="分摊什么">
          <Radio.Group options={optionsOf(apportionmentSources)} />
        </Form.Item>
        {source === 'amount' ? (
          <Form.Item
            name="amount"
            label="金额"
            rules={[
              { required: true, message: '请填写金额' },
              { pattern: /^\s*\d{1,12}(\.\d{1,2})?\s*$/, message: '金额最多两位小数' },
            ]}
          >
            <Input className="figures" inputMode="decimal" suffix="元" style={{ width: 200 }} />
          </Form.Item>
        ) : (
          <Space size={16} align="start">
            <Form.Item name="meterId" label="总表" rules={[{ required: true, message: '请选择总表' }]}>
              <ReferenceSelect to="meter" communityId={communityId} style={{ width: 220 }} />
            </Form.Item>
            <Form.Item name="price" label="单价" rules={[{ required: true, message: '请填写单价' }, decimal]}>
              <Input className="figures" inputMode="decimal" suffix="元" style={{ width: 140 }} />
            </Form.Item>
          </Space>
        )}
        <Form.Item name="basis" label="怎么分">
          <Select options={optionsOf(apportionmentBases)} />
        </Form.Item>
        <BasisFields basis={basis} communityId={communityId} />
        <Form.Item label="分给谁" extra="不勾选则为整个小区；勾选楼宇、单元或房屋可缩小范围">
          {known && nodes.length > 0 ? <div className="muted">已选 {nodes.length} 处，重新勾选会替换</div> : null}
          {communityId ? (
            <div
              style={{
                maxHeight: 200,
                overflow: 'auto',
                border: '1px solid var(--ant-color-border)',
                borderRadius: 6,
                padding: 8,
              }}
            >
              <EstateTree
                key={communityId}
                loader={communityTree(communityId)}
                checked={{ nodes, onChange: setNodes }}
              />
            </div>
          ) : null}
        </Form.Item>
        <Form.Item name="usages" label="房屋用途">
          <Select mode="multiple" allowClear options={optionsOf(houseUsages)} placeholder="不限" />
        </Form.Item>
        <Form.Item name="tagIds" label="标签">
          <TagSelect placeholder="不限" />
        </Form.Item>
        <Form.Item
          name="vacantPercent"
          label="空置房屋按"
          extra="未售、未入住、空置的房屋；100 为照常，0 为不分"
          rules={[{ pattern: /^\s*(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)\s*$/, message: '应为 0 到 100' }]}
        >
          <Input className="figures" inputMode="decimal" suffix="%" style={{ width: 120 }} />
        </Form.Item>
        <Form.Item name="repeats" valuePropName="checked">
          <Checkbox>每月重复（每月分摊一次；不勾选只分摊一次）</Checkbox>
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function BasisFields({ basis, communityId }: { basis: Values['basis']; communityId: string | undefined }) {
  if (basis === 'usage')
    return (
      <Form.Item name="meterKind" label="按哪种表的用量" rules={[{ required: true, message: '请选择类型' }]}>
        <Select style={{ width: 160 }} options={optionsOf(meterKinds)} />
      </Form.Item>
    );
  if (basis === 'formula')
    return (
      <Form.Item
        name="formula"
        label="公式"
        extra="可用：建筑面积、套内面积、公摊面积、人数、楼层，如 if(楼层 > 3, 建筑面积 * 1.2, 建筑面积)"
        rules={[{ required: true, whitespace: true, message: '请填写公式' }]}
      >
        <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 4 }} />
      </Form.Item>
    );
  if (basis !== 'weights') return null;
  return (
    <Form.Item label="各户权重" extra="每户都要有；不分的填 0">
      <Form.List name="weights">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <Space key={field.key} align="start">
                <Form.Item name={[field.name, 'houseId']} rules={[{ required: true, message: '请选择房屋' }]}>
                  <ReferenceSelect to="house" aria-label="房屋" communityId={communityId} style={{ width: 240 }} />
                </Form.Item>
                <Form.Item name={[field.name, 'weight']} rules={[{ required: true, message: '请填写权重' }, decimal]}>
                  <Input className="figures" aria-label="权重" inputMode="decimal" style={{ width: 120 }} />
                </Form.Item>
                <Button type="link" danger onClick={() => remove(field.name)}>
                  移除
                </Button>
              </Space>
            ))}
            <Button onClick={() => add({ weight: '1' })}>增加一户</Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function emptyValues(communityId: string | undefined): Partial<Values> {
  return {
    ...(communityId ? { communityId } : {}),
    ...{ source: 'amount', basis: 'builtArea', vacantPercent: '100', repeats: false, note: '' },
  };
}

function valuesOf(terms: ApportionmentTerms): Partial<Values> {
  const { total, selection } = terms;
  const { usages, tagIds } = selection.targetKind === 'house' ? selection : {};
  return {
    ...{ name: terms.name, chargeItemId: terms.chargeItemId, communityId: selection.communityId, basis: terms.basis },
    ...total,
    ...(terms.meterKind ? { meterKind: terms.meterKind } : {}),
    ...{ formula: terms.formula, weights: terms.weights, vacantPercent: terms.vacantPercent },
    ...(usages ? { usages } : {}),
    ...(tagIds ? { tagIds } : {}),
    ...{ repeats: terms.repeats, note: terms.note },
  };
}

/** Chosen places of a kept definition; their names come with the tree. */
function nodesOf(terms: ApportionmentTerms | undefined): EstateNode[] {
  if (terms?.selection.targetKind !== 'house') return [];
  const { buildingIds = [], unitIds = [], houseIds = [] } = terms.selection;
  const node = (level: EstateNode['level']) => (id: string) => ({ id, level, label: '', isLeaf: level === 'house' });
  return [...buildingIds.map(node('building')), ...unitIds.map(node('unit')), ...houseIds.map(node('house'))];
}

function termsOf(values: Values, nodes: readonly EstateNode[]) {
  const idsOf = (level: EstateNode['level']) => nodes.filter((node) => node.level === level).map(({ id }) => id);
  const { basis, weights = [] } = values;
  return {
    name: values.name.trim(),
    chargeItemId: values.chargeItemId,
    total:
      values.source === 'amount'
        ? ({ source: 'amount', amount: (values.amount ?? '').trim() } as const)
        : ({ source: 'loss', meterId: values.meterId ?? '', price: (values.price ?? '').trim() } as const),
    basis,
    meterKind: basis === 'usage' ? (values.meterKind ?? null) : null,
    formula: basis === 'formula' ? (values.formula ?? '').trim() : '',
    weights:
      basis === 'weights' ? weights.map(({ houseId = '', weight = '' }) => ({ houseId, weight: weight.trim() })) : [],
    selection: {
      targetKind: 'house' as const,
      communityId: values.communityId,
      ...{ buildingIds: idsOf('building'), unitIds: idsOf('unit'), houseIds: idsOf('house') },
      ...{ usages: values.usages ?? [], tagIds: values.tagIds ?? [] },
    },
    vacantPercent: values.vacantPercent.trim(),
    repeats: values.repeats,
    note: values.note,
  };
}
