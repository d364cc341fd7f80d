import { type BankFieldName, bankFields } from '@anlin/contract';
import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Select, Space } from 'antd';

const options = Object.entries(bankFields).map(([value, label]) => ({ value, label }));
const aligns = [
  { value: 'left', label: '靠左' },
  { value: 'right', label: '靠右' },
];
const fills = [
  { value: ' ', label: '补空格' },
  { value: '0', label: '补 0' },
];

/** One kind of line of a bank's file: its columns in their order. */
export function TemplateLine({
  of,
  line,
  label,
  isFixed,
}: {
  of: 'file' | 'result';
  line: 'header' | 'detail' | 'trailer';
  label: string;
  isFixed: boolean;
}) {
  return (
    <Form.Item label={label}>
      <Form.List name={[of, line]}>
        {(columns, { add, remove, move }) => (
          <>
            {columns.map(({ key, name }, index) => (
              <Space key={key} size="small" style={{ display: 'flex', marginBottom: 4 }}>
                <span className="muted figures">{index + 1}</span>
                <Form.Item noStyle name={[name, 'field']}>
                  <Select aria-label={`${label}第 ${index + 1} 栏`} style={{ width: 140 }} options={options} />
                </Form.Item>
                <ConstantText path={[of, line, name]} name={name} />
                {isFixed ? (
                  <>
                    <Form.Item noStyle name={[name, 'width']}>
                      <InputNumber aria-label="宽度" min={1} max={500} suffix="字节" style={{ width: 110 }} />
                    </Form.Item>
                    <Form.Item noStyle name={[name, 'align']}>
                      <Select aria-label="对齐" allowClear placeholder="对齐" style={{ width: 90 }} options={aligns} />
                    </Form.Item>
                    <Form.Item noStyle name={[name, 'fill']}>
                      <Select aria-label="填充" allowClear placeholder="填充" style={{ width: 100 }} options={fills} />
                    </Form.Item>
                  </>
                ) : null}
                <Button
                  type="text"
                  size="small"
                  aria-label="上移"
                  icon={<ArrowUpOutlined />}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <Button
                  type="text"
                  size="small"
                  aria-label="删除这一栏"
                  icon={<DeleteOutlined />}
                  onClick={() => remove(name)}
                />
              </Space>
            ))}
            <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => add({ field: 'reference' })}>
              加一栏
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

/** The fixed text of a column that holds one. */
function ConstantText({ path, name }: { path: (string | number)[]; name: number }) {
  const field = Form.useWatch([...path, 'field']) as BankFieldName | undefined;
  if (field !== 'constant') return null;
  return (
    <Form.Item noStyle name={[name, 'text']}>
      <Input aria-label="固定文字" placeholder="固定文字" maxLength={60} style={{ width: 110 }} />
    </Form.Item>
  );
}
