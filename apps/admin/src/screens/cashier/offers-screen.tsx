import { deleteOffer, listOffers, type OfferView } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { OfferForm } from './offer-form.tsx';

/** Offers (CHG-17): discounts the desk applies by itself. */
export default function OffersScreen() {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const mayEdit = useCan()('offer.edit');
  const [edited, setEdited] = useState<OfferView | 'new'>();
  const { data, error, isPending } = useQuery({
    queryKey: ['offers'],
    queryFn: ({ signal }) => call(listOffers, { signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['offers'] });
  const remove = useMutation({
    mutationFn: (id: string) => call(deleteOffer, { params: { id } }),
    onSuccess: () => {
      message.success('优惠活动已删除');
      void refresh();
    },
    onError: (problem) => message.error(errorText(problem)),
  });
  const columns: TableColumnType<OfferView>[] = [
    {
      title: '活动名称',
      render: (_, row) => (
        <>
          <b>{row.name}</b> {row.isEnabled ? null : <Tag>已停用</Tag>}
          {row.isStackable ? <Tag color="blue">可叠加</Tag> : null}
        </>
      ),
    },
    { title: '优惠', dataIndex: 'termsText' },
    { title: '有效期（收款日期）', render: (_, row) => `${row.validFrom} 至 ${row.validTo ?? '长期'}` },
    { title: '小区', render: (_, row) => namesText(row.communityNames, row.communityIds, '全部小区') },
    { title: '收费项目', render: (_, row) => namesText(row.chargeItemNames, row.chargeItemIds, '全部项目') },
    {
      title: '已优惠',
      align: 'right',
      render: (_, row) =>
        row.usedCount === 0 ? (
          <span className="muted">还没有</span>
        ) : (
          <span className="figures">
            {row.usedCount} 张 {groupThousands(row.usedSum)} 元
          </span>
        ),
    },
    ...(mayEdit
      ? [
          {
            title: '操作',
            width: 130,
            render: (_: unknown, row: OfferView) => (
              <Space>
                <Button size="small" onClick={() => setEdited(row)}>
                  修改
                </Button>
                <Button
                  size="small"
                  danger
                  disabled={row.usedCount > 0}
                  onClick={() =>
                    modal.confirm({
                      title: `删除优惠活动“${row.name}”？`,
                      content: '这个活动还没有用过，删除后不再出现。',
                      okText: '删除',
                      cancelText: '取消',
                      onOk: () => remove.mutateAsync(row.id).catch(() => undefined),
                    })
                  }
                >
                  删除
                </Button>
              </Space>
            ),
          },
        ]
      : []),
  ];
  return (
    <PageFrame help="收款时按活动自动减免所选账单，收银员可以不用。只减本次收清的账单。">
      {mayEdit ? (
        <Space>
          <Button type="primary" onClick={() => setEdited('new')}>
            新增优惠活动
          </Button>
        </Space>
      ) : null}
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<OfferView>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        columns={columns}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: <Empty description="还没有优惠活动。可从“缴满几个月送几个月”开始新增" /> }}
      />
      {edited ? (
        <OfferForm
          offer={edited === 'new' ? undefined : edited}
          onClose={(isSaved) => {
            setEdited(undefined);
            if (isSaved) void refresh();
          }}
        />
      ) : null}
    </PageFrame>
  );
}

function namesText(names: readonly string[], ids: readonly string[], all: string): string {
  if (ids.length === 0) return all;
  return names.length < ids.length ? [...names, `等 ${ids.length} 个`].join('、') : names.join('、');
}
