import { bankAgreementResource, deleteBankAgreement, type ResourceRow } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

const AgreementDialog = lazy(() => import('./agreement-dialog.tsx'));

/** 代扣协议: which account of an owner a bank takes the charges of a house from. */
export default function AgreementScreen() {
  const can = useCan();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<ResourceRow | 'new'>();
  const refresh = () => queries.invalidateQueries({ queryKey: [bankAgreementResource.name] });
  const mayEdit = can('bankAgreement.edit');
  const remove = (row: ResourceRow) =>
    modal.confirm({
      title: `删除“${String(row.houseIdLabel)}”的代扣协议？`,
      content: '只能删除没有代扣过的协议；代扣过的请填写最后一天让它终止。',
      okText: '删除',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(deleteBankAgreement, { params: { id: row.id } });
          await refresh();
        } catch (error) {
          message.error(errorText(error));
        }
      },
    });
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    return mayEdit ? (
      <Space size={place === 'list' ? 0 : 8}>
        <Button {...look} onClick={() => setEditing(row)}>
          修改
        </Button>
        <Button {...look} danger onClick={() => remove(row)}>
          删除
        </Button>
      </Space>
    ) : null;
  };
  return (
    <>
      <ResourcePage
        definition={bankAgreementResource}
        help="业主与银行签的代扣协议。账号加密保存，页面和导出只显示后四位。"
        searchHint="房号、户名、账号后四位"
        emptyHint="还没有代扣协议。新增或导入后，可在“代扣批次”中生成代扣文件"
        rowActions={actions}
        actionsWidth={130}
        toolbar={() =>
          mayEdit ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
              新增代扣协议
            </Button>
          ) : null
        }
      />
      <Suspense>
        {editing ? (
          <AgreementDialog
            row={editing === 'new' ? undefined : editing}
            onClose={(isDone) => {
              setEditing(undefined);
              if (isDone) void refresh();
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}
