import {
  amountUnits,
  type BankTemplateBody,
  type BankTemplateView,
  bankEncodings,
  bankTemplateKinds,
  createBankTemplate,
  previewBankTemplate,
  updateBankTemplate,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { TemplateLine } from './template-line.tsx';

/** The layout as it stands in the form: reasons as lines of text, lines that a bank has not as empty lists. */
interface Values extends Omit<BankTemplateBody, 'reasons' | 'successCodes' | 'file' | 'result'> {
  reasons: string;
  successCodes: string;
  file: FormLayout;
  result: FormLayout;
}
type Columns = BankTemplateBody['file']['detail'];
interface FormLayout {
  header: Columns;
  detail: Columns;
  trailer: Columns;
}

const formLayout = ({ header, detail, trailer }: BankTemplateBody['file']): FormLayout => ({
  header: header ?? [],
  detail,
  trailer: trailer ?? [],
});
const orNull = (columns: Columns | undefined) => (columns && columns.length > 0 ? columns : null);

function valuesOf(template: BankTemplateBody): Values {
  return {
    ...template,
    file: formLayout(template.file),
    result: formLayout(template.result),
    successCodes: template.successCodes.join(' '),
    reasons: Object.entries(template.reasons)
      .map(([code, reason]) => `${code} ${reason}`)
      .join('\n'),
  };
}

function templateOf(values: Values): BankTemplateBody {
  const isFixed = values.kind === 'fixedWidth';
  const tidy = (columns: Columns) =>
    columns.map(({ field, text, width, align, fill }) => ({
      field,
      ...(field === 'constant' ? { text: text ?? '' } : {}),
      ...(isFixed && width ? { width } : {}),
      ...(isFixed && align ? { align } : {}),
      ...(isFixed && fill ? { fill } : {}),
    }));
  const layout = (one: FormLayout) => ({
    header: orNull(tidy(one.header ?? [])),
    detail: tidy(one.detail ?? []),
    trailer: orNull(tidy(one.trailer ?? [])),
  });
  return {
    name: values.name ?? '',
    kind: values.kind,
    separator: isFixed ? '' : (values.separator ?? ''),
    encoding: values.encoding,
    lineEnd: values.lineEnd,
    amountUnit: values.amountUnit,
    file: layout(values.file),
    result: layout(values.result),
    successCodes: values.successCodes.split(/[\s,，、]+/).filter((code) => code !== ''),
    reasons: Object.fromEntries(
      values.reasons.split('\n').flatMap((line) => {
        const found = /^\s*(\S+)\s+(.+?)\s*$/.exec(line);
        return found?.[1] && found[2] ? [[found[1], found[2]]] : [];
      }),
    ),
  };
}

const blank: BankTemplateBody = {
  name: '',
  kind: 'separated',
  separator: '|',
  encoding: 'gbk',
  lineEnd: '\r\n',
  amountUnit: 'yuan',
  file: {
    header: null,
    detail: [{ field: 'reference' }, { field: 'accountNumber' }, { field: 'accountName' }, { field: 'amount' }],
    trailer: null,
  },
  result: {
    header: null,
    detail: [{ field: 'reference' }, { field: 'accountNumber' }, { field: 'amount' }, { field: 'resultCode' }],
    trailer: null,
  },
  successCodes: ['0000'],
  reasons: {},
};

const choices = (options: Readonly<Record<string, string>>) =>
  Object.entries(options).map(([value, label]) => ({ value, label }));

/** A bank's layout, with a made-up file in it as it is being edited. */
export default function TemplateDrawer({
  view,
  mayEdit,
  onClose,
}: {
  view: BankTemplateView | undefined;
  mayEdit: boolean;
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [initial] = useState(() => valuesOf(view?.template ?? blank));
  const [current, setCurrent] = useState<BankTemplateBody>(view?.template ?? blank);
  const save = useMutation({
    mutationFn: async () => {
      const template = templateOf(form.getFieldsValue(true));
      if (!view) await call(createBankTemplate, { body: template });
      else
        await call(updateBankTemplate, {
          params: { id: view.id },
          body: { template, isEnabled: view.isEnabled, version: view.version },
        });
    },
    onSuccess: () => {
      message.success('已保存');
      onClose(true);
    },
  });
  const isFixed = current.kind === 'fixedWidth';
  return (
    <Drawer
      open
      size={860}
      title={view ? view.template.name : '新增银行模板'}
      onClose={() => onClose(false)}
      extra={
        mayEdit ? (
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            保存
          </Button>
        ) : null
      }
    >
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={initial}
        onFinish={() => save.mutate()}
        onValuesChange={() => setCurrent(templateOf(form.getFieldsValue(true)))}
      >
        <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
          <Input maxLength={40} placeholder="如：工商银行代扣" />
        </Form.Item>
        <Space wrap size="middle">
          <Form.Item name="kind" label="格式">
            <Select style={{ width: 150 }} options={choices(bankTemplateKinds)} />
          </Form.Item>
          {isFixed ? null : (
            <Form.Item name="separator" label="分隔符">
              <Input style={{ width: 90 }} maxLength={3} />
            </Form.Item>
          )}
          <Form.Item name="encoding" label="编码">
            <Select style={{ width: 100 }} options={choices(bankEncodings)} />
          </Form.Item>
          <Form.Item name="amountUnit" label="金额单位">
            <Select style={{ width: 150 }} options={choices(amountUnits)} />
          </Form.Item>
          <Form.Item name="lineEnd" label="换行">
            <Select
              style={{ width: 160 }}
              options={[
                { value: '\r\n', label: 'Windows（CRLF）' },
                { value: '\n', label: 'Linux（LF）' },
              ]}
            />
          </Form.Item>
        </Space>
        <TemplateLine of="file" line="header" label="代扣文件首行（没有则不填）" isFixed={isFixed} />
        <TemplateLine of="file" line="detail" label="代扣文件明细行" isFixed={isFixed} />
        <TemplateLine of="file" line="trailer" label="代扣文件末行（没有则不填）" isFixed={isFixed} />
        <TemplateLine of="result" line="header" label="结果文件首行（没有则不填）" isFixed={isFixed} />
        <TemplateLine of="result" line="detail" label="结果文件明细行" isFixed={isFixed} />
        <TemplateLine of="result" line="trailer" label="结果文件末行（没有则不填）" isFixed={isFixed} />
        <Form.Item
          name="successCodes"
          label="扣款成功的代码（多个用空格隔开）"
          rules={[{ required: true, message: '请填写' }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="reasons" label="失败代码的意思（每行一个：代码 空格 原因）">
          <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} placeholder="0001 余额不足" />
        </Form.Item>
      </Form>
      <Preview template={current} />
    </Drawer>
  );
}

/** A made-up file of two accounts in the layout. */
function Preview({ template }: { template: BankTemplateBody }) {
  const named = { ...template, name: template.name || '预览' };
  const preview = useQuery({
    queryKey: ['bankTemplatePreview', named],
    queryFn: ({ signal }) => call(previewBankTemplate, { body: named, signal }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  return (
    <>
      <h4>代扣文件预览</h4>
      {preview.error ? <Alert type="warning" showIcon title={errorText(preview.error)} /> : null}
      {preview.data && preview.data.problems.length > 0 ? (
        <Alert type="warning" showIcon title={preview.data.problems.join('；')} />
      ) : null}
      <pre data-testid="bank-file-preview" style={{ overflowX: 'auto' }}>
        {preview.data?.lines.join('\n')}
      </pre>
    </>
  );
}
