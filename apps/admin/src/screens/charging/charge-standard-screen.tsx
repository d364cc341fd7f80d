import { chargeStandardResource, deleteChargeStandard, type ResourceRow } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { ChargeStandardForm } from './charge-standard-form.tsx';
import { PlacePrices } from './place-prices.tsx';
import { PriceHistory } from './price-history.tsx';
import { RuleSpans } from './rule-spans.tsx';

export default function ChargeStandardScreen() {
  const mayEdit = useCan()('chargeStandard.edit');
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<ResourceRow | 'new'>();

  const remove = (row: ResourceRow) =>
    modal.confirm({
      title: `删除收费标准“${String(row.name)}”？`,
      content: '价格历史一并删除。已有绑定的标准不能删除。',
      okText: '删除',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(deleteChargeStandard, { params: { id: row.id } });
          message.success('已删除');
          await queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
        } catch (error) {
          message.error(errorText(error), 6);
        }
      },
    });

  return (
    <>
      <ResourcePage
        definition={chargeStandardResource}
        help="每个收费项目怎样计价，如住宅 2.80 元/㎡·月、商铺 4.50 元/㎡·月。调价时设置从某天起的新价格，已生成的账单不变。"
        emptyHint="还没有收费标准。先新增一个，如“住宅物业费 2.80”，再绑定到房屋"
        toolbar={() =>
          mayEdit ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
              新增收费标准
            </Button>
          ) : null
        }
        {...(mayEdit
          ? {
              rowActions: (row: ResourceRow, place: 'list' | 'detail') => {
                const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
                return (
                  <Space size={place === 'list' ? 0 : 8}>
                    <Button {...look} onClick={() => setEditing(row)}>
                      修改
                    </Button>
                    <Button {...look} danger onClick={() => remove(row)}>
                      删除
                    </Button>
                  </Space>
                );
              },
            }
          : {})}
        detail={[
          { key: 'prices', label: '价格历史', render: (row) => <PriceHistory standardId={row.id} /> },
          {
            key: 'rules',
            label: '公式与阶梯历史',
            render: (row) => <RuleSpans standardId={row.id} />,
            isShown: (row) => row.method === 'formula' || row.method === 'tiers',
          },
          { key: 'places', label: '分区价格', render: (row) => <PlacePrices standardId={row.id} /> },
        ]}
      />
      {editing === undefined ? null : (
        <ChargeStandardForm row={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
    </>
  );
}
