import {
  alignments,
  chargeStandardResource,
  createChargeStandard,
  cycleLengths,
  getStandardRule,
  listFormulaNames,
  quantitySources,
  type ResourceRow,
  standardMethods,
  standardPriceUnit,
  updateChargeStandard,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Collapse, DatePicker, Drawer, Form, Input, Select, Skeleton, Space } from 'antd';
import { lazy, Suspense } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { bodyOf, countsQuantity, hasPrice, isSameTiers, type StandardValues } from './standard-values.ts';
import { firstTiers, TierEditor } from './tier-editor.tsx';
import { TryStandardPanel } from './try-standard-panel.tsx';

const FormulaEditor = lazy(() => import('./formula-editor.tsx'));

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const cycleOptions = Object.entries(cycleLengths).map(([value, label]) => ({ value: Number(value), label }));

/** Makes or changes a charge standard. The price of an existing one is changed in its price history. */
export function ChargeStandardForm({ row, onClose }: { row: ResourceRow | undefined; onClose: () => void }) {
  const rule = useQuery({
    queryKey: [chargeStandardResource.name, 'rule', row?.id],
    queryFn: ({ signal }) => call(getStandardRule, { params: { id: row!.id }, signal }),
    enabled: row !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  const values = row === undefined ? newValues : rule.data ? { ...valuesOf(row), ...rule.data } : undefined;
  return (
    <Drawer open size={720} title={row ? '修改收费标准' : '新增收费标准'} onClose={onClose} mask={{ closable: false }}>
      {rule.error ? <Alert type="error" showIcon title={errorText(rule.error)} /> : null}
      {values ? (
        <StandardFields row={row} values={values} formerNames={rule.data?.formerNames ?? []} onClose={onClose} />
      ) : (
        <Skeleton active />
      )}
    </Drawer>
  );
}

function StandardFields({
  row,
  values,
  formerNames,
  onClose,
}: {
  row: ResourceRow | undefined;
  values: Partial<StandardValues>;
  formerNames: readonly string[];
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<StandardValues>();
  const method = Form.useWatch('method', form) ?? values.method;
  const source = Form.useWatch('quantitySource', form) ?? values.quantitySource ?? 'one';
  const unit = Form.useWatch('quantityUnit', form) ?? '';
  const formula = Form.useWatch('formula', form) ?? '';
  const tiers = Form.useWatch('tiers', form) ?? values.tiers ?? null;
  const { data: offered } = useQuery({
    queryKey: ['formulaNames'],
    queryFn: ({ signal }) => call(listFormulaNames, { signal }),
  });
  const names = offered?.names ?? [];
  const save = useMutation({
    mutationFn: async (given: StandardValues) => {
      const { price, ...body } = bodyOf(given);
      if (!row) {
        await call(createChargeStandard, { body: { ...body, price } });
        return 0;
      }
      const isChanged =
        body.formula !== null ? body.formula !== values.formula : !isSameTiers(body.tiers, values.tiers);
      const ruleFrom = (isChanged ? given.ruleFrom?.format('YYYY-MM-DD') : null) ?? null;
      const changed = { version: row.version, ...body, ruleFrom };
      const { keptBillCount } = await call(updateChargeStandard, { params: { id: row.id }, body: changed });
      return keptBillCount;
    },
    onSuccess: async (keptBillCount) => {
      message.success(keptBillCount > 0 ? `收费标准已保存；已生成的 ${keptBillCount} 张账单不变` : '收费标准已保存', 5);
      await queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
      onClose();
    },
  });
  const counted = countsQuantity(method) ? source : 'one';
  return (
    <>
      {save.error ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form<StandardValues>
        form={form}
        layout="vertical"
        initialValues={values}
        onFinish={(given) => save.mutate(given)}
        onValuesChange={(changed: Partial<StandardValues>) => {
          // Tiers are for what a meter counts; whoever means something else says so.
          if (!row && changed.method === 'tiers') form.setFieldValue('quantitySource', 'meterUsage');
        }}
      >
        <Form.Item name="chargeItemId" label="收费项目" rules={[{ required: true, message: '请选择收费项目' }]}>
          <ReferenceSelect to="chargeItem" placeholder="如：物业管理费" />
        </Form.Item>
        <Form.Item name="name" label="标准名称" rules={[{ required: true, message: '请填写标准名称' }]}>
          <Input maxLength={60} placeholder="如：住宅 2.80" />
        </Form.Item>
        <Form.Item name="method" label="计价方式">
          <Select options={optionsOf(standardMethods)} />
        </Form.Item>
        {countsQuantity(method) ? (
          <QuantityFields source={source} fields={names.filter((one) => one.key.startsWith('custom:'))} />
        ) : null}
        {method === 'formula' ? (
          <Form.Item
            name="formula"
            label="公式"
            extra="算出的是每月的金额，用到“用量”时是每次抄表的金额。输入时会列出能用的名称和函数，也可按 Ctrl+空格"
            rules={[{ required: true, message: '请填写公式' }]}
          >
            <FormulaField names={names} formerNames={formerNames} />
          </Form.Item>
        ) : null}
        {row && method === 'formula' && values.formula && formula !== values.formula ? (
          <RuleFromField
            label="新公式从哪天起"
            extra="那天以前的日子仍按原公式，账期跨过那天的按天分段。不填：今后生成的账单都用新公式"
          />
        ) : null}
        {method === 'tiers' ? (
          <Form.Item name="tiers" label="阶梯" initialValue={values.tiers ?? firstTiers}>
            <TierEditor unit={unit} />
          </Form.Item>
        ) : null}
        {row && method === 'tiers' && values.tiers && !isSameTiers(tiers, values.tiers) ? (
          <RuleFromField
            label="新阶梯从哪天起"
            extra="那天以前的日子仍按原阶梯，账期跨过那天的用量按天分开；按年累计的，本年已用量接着往上算。不填：今后生成的账单都用新阶梯"
          />
        ) : null}
        {row || !hasPrice(method) ? null : (
          <Form.Item
            name="price"
            label={method === 'formula' ? '单价' : '价格'}
            extra={
              method === 'formula'
                ? '公式里用到“单价”时填写。以后调价用“新价格”，公式不必改'
                : '最多六位小数。以后调价用“新价格”，不必改这里'
            }
            rules={[
              { required: method !== 'formula', message: '请填写价格' },
              { pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '价格应为不小于 0 的数字，最多六位小数' },
            ]}
          >
            <Input
              inputMode="decimal"
              suffix={method === 'formula' ? '元' : standardPriceUnit({ quantitySource: counted, quantityUnit: unit })}
              style={{ width: 220 }}
            />
          </Form.Item>
        )}
        <Form.Item name="everyMonths" label="收费周期" extra="价格总是按月的，周期决定几个月出一张账单">
          <Select options={cycleOptions} />
        </Form.Item>
        <Form.Item name="alignment" label="账期起算">
          <Select options={optionsOf(alignments)} />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={500} rows={2} />
        </Form.Item>
      </Form>
      <Collapse
        size="small"
        defaultActiveKey={method === 'formula' || method === 'tiers' ? ['try'] : []}
        items={[
          {
            key: 'try',
            label: '试算：用一套真实的房屋看看每一步',
            children: (
              <TryStandardPanel
                standardId={row?.id ?? null}
                read={() => bodyOf({ ...values, ...form.getFieldsValue() } as StandardValues)}
                wantsUsage={counted === 'meterUsage' || /用量|本年已用/.test(formula)}
              />
            ),
          },
        ]}
      />
      <Space style={{ display: 'flex', justifyContent: 'flex-end', marginTop: 16 }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          保存
        </Button>
      </Space>
    </>
  );
}

function RuleFromField(texts: { label: string; extra: string }) {
  return (
    <Form.Item name="ruleFrom" {...texts}>
      <DatePicker placeholder="不填：今后的账单" style={{ width: 220 }} />
    </Form.Item>
  );
}

function FormulaField(props: React.ComponentProps<typeof FormulaEditor>) {
  return (
    <Suspense fallback={<Skeleton.Input active block />}>
      <FormulaEditor {...props} />
    </Suspense>
  );
}

/** Where the quantity comes from, with the field and the unit where the source needs them. */
function QuantityFields({
  source,
  fields,
}: {
  source: StandardValues['quantitySource'];
  fields: readonly { key: string; name: string; group: string }[];
}) {
  return (
    <>
      <Form.Item name="quantitySource" label="数量来源">
        <Select options={optionsOf(quantitySources)} />
      </Form.Item>
      {source === 'custom' ? (
        <Form.Item name="quantityFieldId" label="自定义字段" rules={[{ required: true, message: '请选择自定义字段' }]}>
          <Select
            placeholder="选择一个数字字段"
            options={fields.map((one) => ({
              value: one.key.slice('custom:'.length),
              label: `${one.name}　${one.group}`,
            }))}
            notFoundContent="房屋、车位和车辆还没有数字类型的自定义字段"
          />
        </Form.Item>
      ) : null}
      {source === 'custom' || source === 'meterUsage' ? (
        <Form.Item name="quantityUnit" label="数量单位" extra="写在账单的算式里，如 m³、度">
          <Input maxLength={10} style={{ width: 120 }} />
        </Form.Item>
      ) : null}
    </>
  );
}

const newValues: Partial<StandardValues> = {
  method: 'unitPrice',
  quantitySource: 'builtArea',
  everyMonths: 1,
  alignment: 'natural',
  note: '',
};

function valuesOf(row: ResourceRow): Partial<StandardValues> {
  const { chargeItemId, name, method, quantitySource, alignment, note, cycle } = row;
  const values = { chargeItemId, name, method, quantitySource, alignment, note, everyMonths: Number(cycle) };
  return values as Partial<StandardValues>;
}
