import { auxiliaries, type EndpointReply, type listAccountMappings, saveVoucherDimension } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Select, Space, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';

type Dimension = EndpointReply<typeof listAccountMappings>['communities'][number];

interface DimensionTableProps {
  rows: readonly Dimension[];
  /** Text fields of houses. */
  fields: readonly { id: string; name: string }[];
  mayEdit: boolean;
  onChanged: () => void;
}

/** What each community is called in the company's books: as department, customer and project. */
export function DimensionTable({ rows, fields, mayEdit, onChanged }: DimensionTableProps) {
  const [edited, setEdited] = useState<Dimension>();
  return (
    <>
      <Table<Dimension>
        size="small"
        aria-label="小区的辅助核算"
        rowKey="communityId"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        columns={mayEdit ? [...columns, editColumn(setEdited)] : columns}
        dataSource={rows as Dimension[]}
        scroll={{ x: 760 }}
      />
      {edited ? (
        <DimensionDialog
          row={edited}
          fields={fields}
          onClose={(isDone) => {
            setEdited(undefined);
            if (isDone) onChanged();
          }}
        />
      ) : null}
    </>
  );
}

const shown = (title: string, read: (row: Dimension) => string): TableColumnType<Dimension> => ({
  title,
  width: 180,
  render: (_, row) => read(row).trim() || <span className="muted">—</span>,
});

const columns: TableColumnType<Dimension>[] = [
  { title: '小区', width: 160, ellipsis: true, dataIndex: 'communityName' },
  shown('部门', (row) => `${row.departmentCode} ${row.departmentName}`),
  shown('客户', (row) => `${row.customerCode} ${row.customerName}`),
  shown('项目', (row) => `${row.projectCode} ${row.projectName}`),
];

const editColumn = (edit: (row: Dimension) => void): TableColumnType<Dimension> => ({
  title: '操作',
  width: 70,
  render: (_, row) => (
    <Button type="link" size="small" onClick={() => edit(row)}>
      修改
    </Button>
  ),
});

function DimensionDialog({
  row,
  fields,
  onClose,
}: {
  row: Dimension;
  fields: DimensionTableProps['fields'];
  onClose: (isDone: boolean) => void;
}) {
  const [draft, setDraft] = useState(row);
  const save = useMutation({
    mutationFn: () => {
      const { communityName: _, ...body } = draft;
      return call(saveVoucherDimension, { body });
    },
    onSuccess: () => onClose(true),
  });
  return (
    <Modal
      open
      title={`${row.communityName} 在财务软件里的代码`}
      okText="保存"
      okButtonProps={{ loading: save.isPending }}
      onOk={() => save.mutate()}
      onCancel={() => onClose(false)}
    >
      <Form layout="vertical">
        {(Object.keys(auxiliaries) as (keyof typeof auxiliaries)[]).map((key) => (
          <Form.Item key={key} label={auxiliaries[key]}>
            <Space.Compact block>
              <Input
                aria-label={`${auxiliaries[key]}代码`}
                style={{ width: 140 }}
                maxLength={40}
                placeholder="代码"
                value={draft[`${key}Code`]}
                onChange={(event) => setDraft({ ...draft, [`${key}Code`]: event.target.value })}
              />
              <Input
                aria-label={`${auxiliaries[key]}名称`}
                maxLength={60}
                placeholder="名称"
                value={draft[`${key}Name`]}
                onChange={(event) => setDraft({ ...draft, [`${key}Name`]: event.target.value })}
              />
            </Space.Compact>
          </Form.Item>
        ))}
        <Form.Item label="按户分行时，各户的客户代码取自" help="房屋的文字类自定义字段；不选或没有填写的，用房号">
          <Select
            aria-label="客户代码字段"
            allowClear
            placeholder="房号"
            value={draft.customerFieldId}
            options={fields.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(next: string | null | undefined) => setDraft({ ...draft, customerFieldId: next ?? null })}
          />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
