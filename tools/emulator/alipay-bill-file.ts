import { type Fen, fen, formatYuan } from '@anlin/money';
import { type AlipayTrade, feeOf } from './alipay-trades.ts';
import { spacedTime } from './emulator-clock.ts';
import { gbk, packZip } from './pack-zip.ts';

interface Line {
  trade: AlipayTrade;
  refundNo: string;
  at: Temporal.Instant;
  /** Negative in a refund. */
  amountFen: Fen;
  feeFen: Fen;
}

const dayOf = (at: Temporal.Instant) => at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
const chinese = (day: Temporal.PlainDate) => {
  const [year, month, date] = day.toString().split('-');
  return `${year}年${month}月${date}日`;
};

function linesOf(trades: Iterable<AlipayTrade>, day: Temporal.PlainDate): Line[] {
  const lines: Line[] = [];
  for (const trade of trades) {
    if (trade.paidAt && dayOf(trade.paidAt).equals(day)) {
      const { amountFen } = trade;
      lines.push({ trade, refundNo: '', at: trade.paidAt, amountFen, feeFen: fen(-feeOf(amountFen)) });
    }
    for (const { refundNo, at, amountFen } of trade.refunds) {
      if (dayOf(at).equals(day))
        lines.push({ trade, refundNo, at, amountFen: fen(-amountFen), feeFen: feeOf(amountFen) });
    }
  }
  return lines.toSorted((left, right) => Temporal.Instant.compare(left.at, right.at));
}

const heading =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const totalsHeading =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';
const bar = '-'.repeat(41);

function rowOf({ trade, refundNo, at, amountFen, feeFen }: Line): string {
  const amount = formatYuan(amountFen);
  return [
    `${trade.tradeNo}\t`,
    `${trade.orderNo}\t`,
    `${refundNo === '' ? '交易' : '退款'}\t`,
    trade.subject,
    spacedTime(trade.createdAt),
    spacedTime(at),
    '\t',
    '\t',
    '\t',
    '\t',
    '*先生(138****0001)\t',
    amount,
    amount,
    '0.00',
    '0.00',
    '0.00',
    '0.00',
    '0.00',
    '',
    '0.00\t',
    '0.00',
    `${refundNo}\t`,
    formatYuan(feeFen),
    '0.00',
    '',
  ].join(',');
}

/** The ZIP of a day's bill (bill_type trade) as Alipay packs it; undefined for a day without any trade. */
export function alipayBillFile(
  trades: Iterable<AlipayTrade>,
  sellerId: string,
  day: Temporal.PlainDate,
  exportedAt: Temporal.Instant,
): Buffer | undefined {
  const lines = linesOf(trades, day);
  if (lines.length === 0) return undefined;
  const sum = (own: readonly Line[], key: 'amountFen' | 'feeFen') =>
    fen(own.reduce((total, line) => total + line[key], 0n));
  const paid = lines.filter((line) => line.refundNo === '');
  const back = lines.filter((line) => line.refundNo !== '');
  const [received, fee] = [sum(lines, 'amountFen'), sum(lines, 'feeFen')];
  const head = [
    `#账号：[${sellerId}0156]`,
    `#起始日期：[${chinese(day)} 00:00:00]   终止日期：[${chinese(day.add({ days: 1 }))} 00:00:00]`,
  ];
  const exported = `#导出时间：[${spacedTime(exportedAt)}]`;
  const detail = [
    '#支付宝业务明细查询',
    ...head,
    `#${bar}业务明细列表${bar}`,
    heading,
    ...lines.map(rowOf),
    `#${bar}业务明细列表结束${bar}`,
    `#交易合计：${paid.length}笔，商家实收共${formatYuan(sum(paid, 'amountFen'))}元，商家优惠共0.00元`,
    `#退款合计：${back.length}笔，商家实收退款共${formatYuan(sum(back, 'amountFen'))}元，商家优惠退款共0.00元`,
    exported,
    '',
  ];
  const money = [received, received, 0n, 0n, 0n, fee, 0n, received + fee].map((one) => formatYuan(fen(one)));
  const totals = [
    '#支付宝业务汇总查询',
    ...head,
    `#${bar}业务汇总列表${bar}`,
    totalsHeading,
    `\t,\t,${paid.length},${back.length},${money.join(',')}`,
    `合计,,${paid.length},${back.length},${money.join(',')}`,
    `#${bar}业务汇总列表结束${bar}`,
    exported,
    '',
  ];
  const date = day.toString().replaceAll('-', '');
  return packZip([
    { name: `${sellerId}0156_${date}_业务明细.csv`, bytes: gbk(detail.join('\r\n')) },
    { name: `${sellerId}0156_${date}_业务明细(汇总).csv`, bytes: gbk(totals.join('\r\n')) },
  ]);
}
