import {
  type AttachedFile,
  billResource,
  isPendingApproval,
  listWaivable,
  type ResourceRow,
  waiveBills,
} from '@anlin/contract';
import { formatYuan, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Space, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import FilesInput from '../../resource-ui/files-input.tsx';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';

interface Line {
  billId: string;
  label: string;
  targetName: string;
  principal: string;
  lateFee: string;
}

const paper = { label: '减免文件', accept: 'any', maxFiles: 1 } as const;

/** How much of each chosen bill is waived, why, and the paper it rests on. */
export default function WaiveDialog({
  rows,
  onClose,
}: {
  rows: readonly ResourceRow[];
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string; files?: AttachedFile[] }>();
  const [amounts, setAmounts] = useState<Record<string, string>>({});
  const ids = rows.map((row) => row.id);
  const { data, error, isPending } = useQuery({
    queryKey: [billResource.name, 'waivable', ids],
    queryFn: ({ signal }) => call(listWaivable, { body: { ids }, signal }),
    gcTime: 0,
  });
  const lines: Line[] = data?.rows ?? [];
  const fenOf = (key: string, most: string) => {
    const text = (amounts[key] ?? '').trim();
    if (text === '') return zeroFen;
    if (!/^\d{1,12}(\.\d{1,2})?$/.test(text)) return null;
    const fen = parseYuan(text);
    return fen > parseYuan(most) ? null : fen;
  };
  const fens = lines.flatMap((line) => [
    fenOf(`p${line.billId}`, line.principal),
    fenOf(`l${line.billId}`, line.lateFee),
  ]);
  const sum = sumFen(fens.map((one) => one ?? zeroFen));
  const fill = (kind: 'p' | 'l') =>
    setAmounts((old) => ({
      ...old,
      ...Object.fromEntries(
        lines.map((line) => [`${kind}${line.billId}`, kind === 'p' ? line.principal : line.lateFee]),
      ),
    }));
  const submit = useMutation({
    mutationFn: ({ reason, files }: { reason: string; files?: AttachedFile[] }) =>
      call(waiveBills, {
        body: {
          lines: lines.map((line) => ({
            billId: line.billId,
            principal: formatYuan(fenOf(`p${line.billId}`, line.principal) ?? zeroFen),
            lateFee: formatYuan(fenOf(`l${line.billId}`, line.lateFee) ?? zeroFen),
          })),
          reason,
          ...(files?.[0] ? { fileId: files[0].id } : {}),
        },
      }),
    onSuccess: async (done) => {
      message.success(
        isPendingApproval(done) ? askedText : `已减免 ${done.billCount} 张账单，合计 ${groupThousands(done.sum)} 元`,
      );
      await queries.invalidateQueries({ queryKey: [billResource.name] });
      onClose(true);
    },
  });
  const input = (kind: 'p' | 'l', line: Line, most: string) => (
    <Input
      size="small"
      aria-label={`减免${kind === 'p' ? '本金' : '违约金'} ${line.targetName} ${line.label}`}
      disabled={most === '0.00'}
      placeholder="0.00"
      style={{ textAlign: 'right' }}
      value={amounts[`${kind}${line.billId}`] ?? ''}
      status={fenOf(`${kind}${line.billId}`, most) === null ? 'error' : ''}
      onChange={(event) => setAmounts({ ...amounts, [`${kind}${line.billId}`]: event.target.value })}
    />
  );
  return (
    <Modal
      open
      width={760}
      title={`减免 ${rows.length} 张账单`}
      okText={`减免 ${groupThousands(formatYuan(sum))} 元`}
      cancelText="取消"
      okButtonProps={{ disabled: sum === zeroFen || fens.includes(null), loading: submit.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<Line>
        size="small"
        rowKey="billId"
        loading={isPending}
        pagination={false}
        scroll={{ y: 260 }}
        dataSource={lines}
        title={() => (
          <Space>
            <Button size="small" onClick={() => fill('p')}>
              减免全部本金
            </Button>
            <Button size="small" onClick={() => fill('l')}>
              减免全部违约金
            </Button>
          </Space>
        )}
        columns={[
          { title: '账单', render: (_, line) => `${line.targetName} ${line.label}` },
          { title: '未收', width: 100, align: 'right', render: (_, line) => <MoneyText yuan={line.principal} /> },
          { title: '减免本金', width: 110, render: (_, line) => input('p', line, line.principal) },
          { title: '违约金', width: 90, align: 'right', render: (_, line) => <MoneyText yuan={line.lateFee} /> },
          { title: '减免违约金', width: 110, render: (_, line) => input('l', line, line.lateFee) },
        ]}
      />
      <Form form={form} layout="vertical" style={{ marginTop: 12 }} onFinish={(values) => submit.mutate(values)}>
        <Form.Item
          name="reason"
          label="减免原因"
          rules={[{ required: true, whitespace: true, message: '请填写减免原因' }]}
        >
          <Input.TextArea maxLength={200} showCount autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
        <Form.Item name="files" label="文件（选填）" extra="批文、申请书等">
          <FilesInput field={paper} />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}
