import { ProblemError } from '@anlin/client';
import {
  type CustomFieldKind,
  type CustomFieldView,
  createCustomField,
  customFieldKinds,
  updateCustomField,
} from '@anlin/contract';
import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, InputNumber, Select, Space, Switch } from 'antd';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';

interface CustomFieldDrawerProps {
  resource: string;
  /** 房屋 */
  label: string;
  /** The field to change; absent: a new one. */
  field: CustomFieldView | undefined;
  onClose: () => void;
}

interface FieldValues {
  kind: CustomFieldKind;
  label: string;
  help: string;
  isRequired: boolean;
  isListed: boolean;
  isTotalled: boolean;
  scale: number;
  sortOrder: number;
  options: { key?: string; label: string }[];
}

const usual: FieldValues = {
  kind: 'text',
  label: '',
  help: '',
  isRequired: false,
  isListed: true,
  isTotalled: false,
  scale: 2,
  sortOrder: 0,
  options: [{ label: '' }, { label: '' }],
};

const kindHelp: Readonly<Record<CustomFieldKind, string>> = {
  text: '一行文字，最多 200 个字',
  decimal: '数字，可排序、按范围筛选、合计',
  day: '日期',
  choice: '从选项里选一个',
  choices: '从选项里选几个',
  files: '图片或文件，最多 9 个',
};

/** One field of a company's own: what it is called, what it holds, where it is shown. */
export default function CustomFieldDrawer({ resource, label, field, onClose }: CustomFieldDrawerProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<FieldValues>();
  const kind = Form.useWatch('kind', form) ?? field?.kind ?? usual.kind;
  const hasOptions = kind === 'choice' || kind === 'choices';
  const save = useMutation({
    mutationFn: async ({ kind: chosen, options, ...values }: FieldValues) => {
      const body = {
        ...values,
        ...(hasOptions ? { options: (options ?? []).filter((one) => one.label.trim() !== '') } : {}),
      };
      if (field) await call(updateCustomField, { params: { id: field.id }, body: { version: field.version, ...body } });
      else await call(createCustomField, { body: { resource, kind: chosen, ...body } });
    },
    onSuccess: async (_, values) => {
      message.success(`“${values.label}”已保存，${label}列表里可以用了`);
      await queries.invalidateQueries({ queryKey: ['customField', resource] });
      await queries.invalidateQueries({ queryKey: [resource] });
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof ProblemError)) return;
      for (const { path, message: text } of error.fields)
        if (path === 'label') form.setFields([{ name: 'label', errors: [text] }]);
    },
  });
  return (
    <FormDrawer
      title={field ? `修改字段“${field.label}”` : `新增${label}字段`}
      size={520}
      form={form}
      initialValues={field ?? usual}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate({ ...(field ?? usual), ...values })}
      onClose={onClose}
    >
      <Form.Item
        name="label"
        label="名称"
        rules={[{ required: true, whitespace: true, message: '请填写名称' }]}
        extra={`不能与${label}已有的内容同名`}
      >
        <Input maxLength={20} showCount autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label="类型" extra={field ? '类型保存后不能改' : kindHelp[kind]}>
        <Select
          disabled={field !== undefined}
          options={Object.entries(customFieldKinds).map(([value, text]) => ({ value, label: text }))}
        />
      </Form.Item>
      {hasOptions ? <OptionList /> : null}
      {kind === 'decimal' ? (
        <Space size={24} align="start">
          <Form.Item name="scale" label="小数位数" rules={[{ required: true, message: '请填写小数位数' }]}>
            <InputNumber min={0} max={6} precision={0} />
          </Form.Item>
          <Form.Item name="isTotalled" label="列表上方显示合计" valuePropName="checked">
            <Switch />
          </Form.Item>
        </Space>
      ) : null}
      <Space size={24} align="start">
        <Form.Item name="isListed" label="列表显示" valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="isRequired" label="必填" valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="sortOrder" label="排序" rules={[{ required: true, message: '请填写排序' }]}>
          <InputNumber min={0} max={1_000_000} precision={0} />
        </Form.Item>
      </Space>
      <p className="muted">设为必填后，已有的{label}照常可用，下次修改时才要求补填。</p>
      <Form.Item name="help" label="填写说明" extra="显示在输入框下面">
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
    </FormDrawer>
  );
}

/** Options in their order. Renaming keeps what rows have chosen. */
function OptionList() {
  return (
    <Form.Item label="选项" required extra="改名不影响已选的数据；有数据在用的选项不能删除">
      <Form.List name="options">
        {(rows, { add, remove, move }) => (
          <Space orientation="vertical" style={{ width: '100%' }}>
            {rows.map(({ key, name }, index) => (
              <Space.Compact key={key} block>
                <Form.Item name={[name, 'key']} hidden noStyle>
                  <Input />
                </Form.Item>
                <Form.Item name={[name, 'label']} noStyle>
                  <Input maxLength={30} aria-label={`选项 ${index + 1}`} autoComplete="off" />
                </Form.Item>
                <Button
                  aria-label={`选项 ${index + 1} 上移`}
                  disabled={index === 0}
                  icon={<ArrowUpOutlined />}
                  onClick={() => move(index, index - 1)}
                />
                <Button aria-label={`删除选项 ${index + 1}`} icon={<DeleteOutlined />} onClick={() => remove(name)} />
              </Space.Compact>
            ))}
            <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({ label: '' })}>
              加一个选项
            </Button>
          </Space>
        )}
      </Form.List>
    </Form.Item>
  );
}
