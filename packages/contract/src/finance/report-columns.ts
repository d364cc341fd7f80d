/** How a figure of a report is written: money in yuan, whole numbers, percent with two decimals, or an exact quantity. */
export type ReportFigure = 'money' | 'count' | 'percent' | 'quantity';

export interface ReportColumn {
  title: string;
  kind: ReportFigure;
  /** The fixed definition, as the manual has it. */
  definition: string;
  /** Figures worked out of others have no rows of their own. */
  hasNoRows?: true;
  /** Differs in unit from kind to kind, so it is not added up over them. */
  isPerKind?: true;
}

const money = (title: string, definition: string): ReportColumn => ({ title, kind: 'money', definition });
const count = (title: string, definition: string): ReportColumn => ({ title, kind: 'count', definition });
const quantity = (title: string, definition: string): ReportColumn => ({ title, kind: 'quantity', definition });
const percent = (title: string, definition: string): ReportColumn => ({
  title,
  kind: 'percent',
  definition,
  hasNoRows: true,
});

/** What each report shows, column by column; order and definitions are those of the manual. */
export const reportColumns = {
  receivable: {
    opening: money('期初未收', '起始日之前的应收，减去起始日之前的优惠、减免和实收，加上之前的退款。'),
    receivable: money('应收', '入账日在期间内的账单金额。期间内作废的减去，恢复的加回，修改的按差额计入修改当天。'),
    discount: money('优惠', '期间内给出的优惠（优惠活动和收银台优惠），收回的减去。'),
    waiver: money('减免', '期间内批准的减免，收回的减去。'),
    received: money('实收', '期间内收到的账单本金，含预存抵扣和押金抵扣；撤销的减去，退款另列。'),
    receivedCurrent: money('收本年', '实收中，账单所属年份与收款年份相同的部分。'),
    receivedPast: money('收往年', '实收中，账单所属年份早于收款年份的部分。'),
    receivedAhead: money('预收下年', '实收中，账单所属年份晚于收款年份的部分。'),
    refunded: money('退款', '期间内退还的账单本金。'),
    closing: money('期末未收', '期初未收 + 应收 − 优惠 − 减免 − 实收 + 退款。'),
  },
  collection: {
    due: money('本期应收', '账期从期间内月份开始的有效账单，应收减优惠和减免。'),
    received: money('本期实收', '这些账单到现在收到的本金，减去退款，不论哪天收的。'),
    rate: percent('本期收缴率', '本期实收 ÷ 本期应收。没有应收时不计算。'),
    arrearsReceived: money('收回往期', '期间内收到的更早月份账单的本金，减去退款。'),
    arrearsLeft: money('往期未收', '更早月份的有效账单现在还欠的本金。'),
    arrearsRate: percent('往期收回率', '收回往期 ÷（收回往期 + 往期未收）。'),
    advance: money('预收', '期间内收到的更晚月份账单的本金，减去退款。'),
  },
  income: {
    count: count('笔数', '收到的钱的笔数，每种支付方式算一笔；撤销、退款各算一笔，改正支付方式算两笔。'),
    income: money('收入合计', '期间内进来的钱减去退出的钱，只算钱，不算预存抵扣和押金抵扣。'),
    bills: money('账单本金', '收入合计中付账单本金的部分。'),
    lateFee: money('违约金', '收入合计中付违约金的部分。'),
    prepaid: money('预存款', '收入合计中充入预存款的部分，减去退出的。'),
    deposit: money('押金', '收入合计中收取的押金，减去退还的。'),
    other: money('其他收入', '收入合计中不对应账单的收入。'),
    refunded: money('其中退款', '收入合计里已经减去的退款。'),
    reversed: money('其中撤销', '收入合计里已经减去的撤销和作废，作废后恢复的加回。'),
    prepaidOffset: money('预存抵扣', '用预存款付的账单，不在收入合计里。'),
    depositOffset: money('押金抵扣', '用押金付的账单，不在收入合计里。'),
  },
  arrears: {
    targets: count('欠费户数', '现在有欠费的房屋、车位和车辆数，每户只算一次。'),
    bills: count('账单数', '现在有欠费的账单数。'),
    outstanding: money('欠费合计', '有效账单现在还欠的本金，不含违约金。'),
    notDue: money('未到期', '缴费截止日还没到的欠费。'),
    days30: money('0–30 天', '截止日当天到过期 30 天的欠费。'),
    days90: money('31–90 天', '过期 31 到 90 天的欠费。'),
    days180: money('91–180 天', '过期 91 到 180 天的欠费。'),
    days365: money('181–365 天', '过期 181 到 365 天的欠费。'),
    older: money('365 天以上', '过期超过 365 天的欠费。'),
  },
  prepaid: {
    opening: money('期初余额', '起始日之前所有变动之和。'),
    topUp: money('充值', '期间内收款充入的，撤销的减去。'),
    bonus: money('赠送', '期间内套餐赠送的，收回的减去。'),
    depositIn: money('押金转入', '期间内由押金转为预存款的。'),
    used: money('抵扣', '期间内付账单用掉的，撤销的减去。'),
    refundIn: money('抵扣退回', '期间内退款退回到预存款的。'),
    returned: money('退款', '期间内退给住户的。'),
    moved: money('转移', '期间内账户之间转入减转出。'),
    closing: money('期末余额', '期初余额 + 充值 + 赠送 + 押金转入 − 抵扣 + 抵扣退回 − 退款 + 转移。'),
  },
  deposit: {
    opening: money('期初在押', '起始日之前所有变动之和。'),
    taken: money('收取', '期间内收取的押金，撤销的减去。'),
    offset: money('抵扣', '期间内付账单用掉的，撤销的减去。'),
    returned: money('退还', '期间内退给交款人的。'),
    toPrepaid: money('转预存', '期间内转为预存款的。'),
    forfeited: money('没收', '期间内没收的。'),
    closing: money('期末在押', '期初在押 + 收取 − 抵扣 − 退还 − 转预存 − 没收。'),
  },
  reductions: {
    count: count('笔数', '期间内给出和收回的优惠、减免笔数。'),
    discount: money('优惠', '期间内给出的优惠，收回的减去。'),
    waiver: money('减免', '期间内批准的减免，收回的减去。'),
    lateFeeWaiver: money('违约金减免', '期间内不收的违约金，收回的减去。'),
    total: money('合计', '优惠 + 减免 + 违约金减免。'),
  },
  refunds: {
    count: count('笔数', '期间内退款的笔数，每种支付方式算一笔。'),
    total: money('退款合计', '期间内退出去的钱。'),
    bills: money('账单本金', '退款合计中退账单本金的部分。'),
    lateFee: money('违约金', '退款合计中退违约金的部分。'),
    prepaid: money('预存款', '退款合计中退预存款的部分。'),
    deposit: money('押金', '退款合计中退押金的部分。'),
    other: money('其他收入', '退款合计中退其他收入的部分。'),
    toHeld: money('退回预存', '没有退钱、退回到预存款的部分，不在退款合计里。'),
  },
  lateFees: {
    received: money('收到', '期间内收到的违约金，含抵扣；撤销的减去，退款另列。'),
    refunded: money('退还', '期间内退还的违约金。'),
    net: money('净收', '收到 − 退还。'),
    waived: money('减免', '期间内不收的违约金，收回的减去。'),
  },
  usage: {
    readings: count('抄表次数', '抄表月份在期间内的记录数，不含总表。'),
    meters: count('仪表数', '抄过的仪表数，每块只算一次。'),
    usage: {
      ...quantity(
        '用量',
        '这些记录的用量之和，含损耗和分摊的量。水、气为立方米，电为度，暖气为 GJ，所以不同类型不相加。',
      ),
      isPerKind: true,
    },
    receivable: money('应收', '由这些记录生成的有效账单的应收。'),
    outstanding: money('未收', '这些账单现在还欠的本金。'),
  },
  houses: {
    houses: count('房屋数', '现有房屋数。'),
    builtArea: quantity('建筑面积', '这些房屋的建筑面积之和，平方米。'),
    lived: count('有人居住', '现有住户登记的房屋数。'),
    empty: count('无人登记', '没有住户登记的房屋数。'),
    owing: count('有欠费', '房屋本身有账单现在还欠费的房屋数。'),
  },
  residents: {
    residents: count('人数', '现在住在这里的人数，每人只算一次。'),
    ties: count('入住关系', '现在有效的入住登记数；一人住两处或有两种身份，算两条。'),
    owners: count('业主', '身份为业主的入住登记数。'),
    families: count('家属', '身份为家属的入住登记数。'),
    tenants: count('租客', '身份为租客的入住登记数。'),
    others: count('其他', '其他身份的入住登记数。'),
  },
} as const satisfies Record<string, Record<string, ReportColumn>>;

export type ReportKey = keyof typeof reportColumns;
