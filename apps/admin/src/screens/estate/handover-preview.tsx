import { arrearsDecisions, type HandoverReport, holdingDecisions, occupancyRoles } from '@anlin/contract';
import { formatYuanGrouped, parseYuan, subtractFen, zeroFen } from '@anlin/money';
import { Descriptions, Table, Typography } from 'antd';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';

type Line = HandoverReport['voided'][number] & { what: string };

/** Everything a handover will do, before it is done. */
export function HandoverPreview({ report }: { report: HandoverReport }) {
  const lines: Line[] = [
    ...report.voided.map((bill) => ({ ...bill, what: '作废' })),
    ...report.raisedBefore.map((bill) => ({ ...bill, what: '生成，原业主' })),
    ...report.raisedAfter.map((bill) => ({ ...bill, what: '生成，新业主' })),
  ];
  return (
    <section aria-label="过户预览">
      <Typography.Title level={5}>确认后会发生</Typography.Title>
      <Descriptions
        size="small"
        column={1}
        bordered
        items={[
          { label: '业主', children: `${report.formerOwners.join('、') || '（无）'} → ${report.newOwners.join('、')}` },
          {
            label: '迁出',
            children:
              report.leaving.map(({ name, role }) => `${name}（${occupancyRoles[role]}）`).join('、') || '没有人迁出',
          },
          {
            label: '标准绑定',
            children:
              report.bindings
                .map(
                  (one) =>
                    `${one.targetLabel} ${one.chargeItemLabel}（${one.chargeStandardLabel}${one.isEnded ? '，到期不再收' : ''}）`,
                )
                .join('、') || '没有需要转移的绑定',
          },
          {
            label: '欠费',
            children:
              report.arrearsBills.length === 0
                ? '没有欠费'
                : `${report.arrearsBills.length} 张，${groupThousands(report.arrearsSum)} 元，${arrearsDecisions[report.arrears]}`,
          },
          ...report.holdings.map((one) => ({
            label: `${one.targetLabel} ${one.label}`,
            children: holdingText(one),
          })),
          ...(report.refund
            ? [
                {
                  label: '退款',
                  children: `${groupThousands(report.refund.total)} 元，${report.refund.methodName}，退给${report.refund.payeeName}`,
                },
              ]
            : []),
        ]}
      />
      {lines.length === 0 ? null : (
        <>
          <Typography.Paragraph style={{ marginTop: 12 }}>
            作废 {report.voided.length} 张、<b className="figures">{groupThousands(report.voidedSum)}</b>{' '}
            元；原业主重新应收 <b className="figures">{groupThousands(report.raisedBeforeSum)}</b> 元，新业主应收{' '}
            <b className="figures">{groupThousands(report.raisedAfterSum)}</b> 元。
          </Typography.Paragraph>
          <Table<Line>
            size="small"
            rowKey={(row) => `${row.what} ${row.targetLabel} ${row.chargeItemLabel} ${row.periodText}`}
            pagination={false}
            dataSource={lines}
            columns={[
              { title: '', dataIndex: 'what', width: 110 },
              { title: '对象', dataIndex: 'targetLabel' },
              { title: '收费项目', dataIndex: 'chargeItemLabel' },
              { title: '账期', dataIndex: 'periodText' },
              {
                title: '金额',
                dataIndex: 'amount',
                align: 'right',
                render: (yuan: string) => <MoneyText yuan={yuan} />,
              },
            ]}
          />
        </>
      )}
    </section>
  );
}

/** What became of one account or deposit, in words. */
export function holdingText(one: HandoverReport['holdings'][number]): string {
  const leftFen = subtractFen(parseYuan(one.amount), parseYuan(one.moved));
  const moved = `${groupThousands(one.moved)} 元`;
  if (one.decision === 'stay') return `${groupThousands(one.amount)} 元${holdingDecisions.stay}`;
  const what = one.decision === 'refund' ? `退给原业主 ${moved}` : `${moved}转到 ${one.toLabel}`;
  return leftFen > zeroFen ? `${what}，赠送的 ${formatYuanGrouped(leftFen)} 元留在房屋` : what;
}
