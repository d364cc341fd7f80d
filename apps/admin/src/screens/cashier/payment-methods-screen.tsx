import {
  createPaymentMethod,
  listAllPaymentMethods,
  type PaymentMethodRow,
  sortPaymentMethods,
  updatePaymentMethod,
} from '@anlin/contract';
import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Space, Switch, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';

const sources: Readonly<Record<PaymentMethodRow['source'], string>> = {
  money: '收款',
  prepaid: '从预存款抵扣',
  deposit: '从押金抵扣',
};

/** The ways people may pay at the desk (CSH-3): the company's own, renamed, switched off, in its order. */
export default function PaymentMethodsScreen() {
  const queries = useQueryClient();
  const [edited, setEdited] = useState<PaymentMethodRow | 'new'>();
  const { data, error, isPending } = useQuery({
    queryKey: ['paymentMethods'],
    queryFn: ({ signal }) => call(listAllPaymentMethods, { signal }),
  });
  const rows = data?.rows ?? [];
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['paymentMethods'] });
    void queries.invalidateQueries({ queryKey: ['cashier', 'methods'] });
  };
  const change = useMutation({
    mutationFn: ({ id, name, isEnabled }: PaymentMethodRow) =>
      call(updatePaymentMethod, { params: { id }, body: { name, isEnabled } }),
    onSettled: refresh,
  });
  const sort = useMutation({
    mutationFn: (ids: string[]) => call(sortPaymentMethods, { body: { ids } }),
    onSettled: refresh,
  });
  const move = (at: number, by: number) => {
    const ids = rows.map((row) => row.id);
    const [id] = ids.splice(at, 1);
    ids.splice(at + by, 0, id!);
    sort.mutate(ids);
  };
  const problem = error ?? change.error ?? sort.error;
  const columns: TableColumnType<PaymentMethodRow>[] = [
    {
      title: '名称',
      render: (_, row) => (
        <>
          {row.name} {row.isCash ? <Tag>现金，可找零</Tag> : null}
        </>
      ),
    },
    { title: '用途', render: (_, row) => sources[row.source] },
    { title: '来源', render: (_, row) => (row.isBuiltIn ? '系统自带' : '公司新增') },
    { title: '用过的收据', align: 'right', dataIndex: 'receiptCount' },
    {
      title: '启用',
      width: 90,
      render: (_, row) => (
        <Switch
          aria-label={`启用${row.name}`}
          checked={row.isEnabled}
          loading={change.isPending && change.variables.id === row.id}
          onChange={(isEnabled) => change.mutate({ ...row, isEnabled })}
        />
      ),
    },
    {
      title: '操作',
      width: 190,
      render: (_, row, at) => (
        <Space>
          <Button size="small" onClick={() => setEdited(row)}>
            改名
          </Button>
          <Button
            size="small"
            aria-label={`${row.name}上移`}
            icon={<ArrowUpOutlined />}
            disabled={at === 0 || sort.isPending}
            onClick={() => move(at, -1)}
          />
          <Button
            size="small"
            aria-label={`${row.name}下移`}
            icon={<ArrowDownOutlined />}
            disabled={at === rows.length - 1 || sort.isPending}
            onClick={() => move(at, 1)}
          />
        </Space>
      ),
    },
  ];
  return (
    <PageFrame help="收银台可选的支付方式，按这里的次序排列。停用后不能再用来收款，已开出的收据不变。">
      <Space>
        <Button type="primary" onClick={() => setEdited('new')}>
          新增支付方式
        </Button>
      </Space>
      {problem ? <Alert type="error" showIcon title={errorText(problem)} /> : null}
      <Table<PaymentMethodRow>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        columns={columns}
        dataSource={rows}
      />
      {edited ? (
        <NameDialog
          method={edited === 'new' ? undefined : edited}
          onClose={(isSaved) => {
            setEdited(undefined);
            if (isSaved) refresh();
          }}
        />
      ) : null}
    </PageFrame>
  );
}

function NameDialog({
  method,
  onClose,
}: {
  method: PaymentMethodRow | undefined;
  onClose: (isSaved: boolean) => void;
}) {
  const [name, setName] = useState(method?.name ?? '');
  const save = useMutation({
    mutationFn: async () => {
      if (method)
        await call(updatePaymentMethod, { params: { id: method.id }, body: { name, isEnabled: method.isEnabled } });
      else await call(createPaymentMethod, { body: { name } });
    },
    onSuccess: () => onClose(true),
  });
  return (
    <Modal
      open
      width={400}
      title={method ? `改名：${method.name}` : '新增支付方式'}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ disabled: name.trim() === '', loading: save.isPending }}
      onOk={() => save.mutate()}
      onCancel={() => onClose(false)}
    >
      <Form layout="vertical" onFinish={() => save.mutate()}>
        <Form.Item label="名称">
          <Input
            autoFocus
            aria-label="名称"
            maxLength={20}
            placeholder="如：数字人民币"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
