import {
  openBankStatement,
  receiveBankStatement,
  type StatementColumnName,
  type StatementHeadings,
  statementColumns,
} from '@anlin/contract';
import { UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Form, Modal, Select, Upload } from 'antd';
import { useState } from 'react';
import { call, errorText, uploadFile } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';

interface Opened {
  fileId: string;
  headings: { title: string; sample: string }[];
}

type Columns = Record<StatementColumnName, string | null>;
const names = Object.keys(statementColumns) as StatementColumnName[];

/** Uploads a statement, shows what its columns were taken for, and keeps its payments. */
export default function StatementDialog({
  accountId,
  onClose,
}: {
  accountId: string | undefined;
  onClose: (started?: { taskId: string; bankAccountId: string }) => void;
}) {
  const { message } = App.useApp();
  const [account, setAccount] = useState<string | null>(accountId ?? null);
  const [opened, setOpened] = useState<Opened>();
  const [columns, setColumns] = useState<Columns>();
  const open = useMutation({
    mutationFn: async (file: File) => {
      const { id: fileId } = await uploadFile(file);
      const found = await call(openBankStatement, { body: { bankAccountId: account ?? '', fileId } });
      setOpened({ fileId, headings: found.headings });
      setColumns(found.columns);
    },
  });
  const receive = useMutation({
    mutationFn: () => {
      if (!opened || !columns?.day || !columns.amount) throw new Error('day and amount are needed');
      const given: StatementHeadings = { ...columns, day: columns.day, amount: columns.amount };
      return call(receiveBankStatement, {
        body: { bankAccountId: account ?? '', fileId: opened.fileId, columns: given },
      });
    },
    onSuccess: ({ taskId, rowCount, newCount }) => {
      message.success(`共 ${rowCount} 笔收入，其中新的 ${newCount} 笔，正在匹配`);
      onClose({ taskId, bankAccountId: account ?? '' });
    },
  });
  const error = open.error ?? receive.error;
  return (
    <Modal
      open
      width={560}
      title="读取对账单"
      okText="读取并匹配"
      cancelText="取消"
      okButtonProps={{ disabled: !columns?.day || !columns.amount, loading: receive.isPending }}
      onOk={() => receive.mutate()}
      onCancel={() => onClose()}
    >
      <Form layout="vertical">
        <Form.Item label="哪个账户的对账单">
          <ReferenceSelect
            to="bankAccount"
            aria-label="对账单的账户"
            value={account}
            onChange={(next) => {
              setAccount(next);
              setOpened(undefined);
              setColumns(undefined);
            }}
          />
        </Form.Item>
        <Form.Item label="对账单文件（Excel 或 CSV）">
          <Upload
            maxCount={1}
            accept=".xlsx,.xls,.csv"
            disabled={account === null}
            beforeUpload={(file) => {
              receive.reset();
              open.mutate(file);
              return false;
            }}
            onRemove={() => {
              setOpened(undefined);
              setColumns(undefined);
            }}
          >
            <Button icon={<UploadOutlined />} disabled={account === null} loading={open.isPending}>
              {account === null ? '请先选择账户' : '选择文件'}
            </Button>
          </Upload>
        </Form.Item>
        {opened && columns
          ? names.map((name) => (
              <Form.Item
                key={name}
                layout="horizontal"
                labelCol={{ span: 6 }}
                label={statementColumns[name]}
                required={name === 'day' || name === 'amount'}
              >
                <Select
                  aria-label={statementColumns[name]}
                  allowClear
                  placeholder="文件里没有这一列"
                  value={columns[name]}
                  options={opened.headings.map(({ title, sample }) => ({
                    value: title,
                    label: sample ? `${title}（如 ${sample}）` : title,
                  }))}
                  onChange={(title?: string | null) => setColumns({ ...columns, [name]: title ?? null })}
                />
              </Form.Item>
            ))
          : null}
      </Form>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
    </Modal>
  );
}
