import { z } from 'zod';
import type { Permission } from '../platform/permissions.ts';

/** How a value reads on paper. Values themselves always travel as text. */
export type PrintFieldKind = 'text' | 'money' | 'day';

export interface PrintField {
  label: string;
  kind: PrintFieldKind;
  /** Shown by the designer where there is no document yet. */
  example: string;
}

export interface PrintTypeDefinition {
  label: string;
  /** What a person needs to print it, and to look at it in the designer's preview. */
  permission: Permission;
  fields: Readonly<Record<string, PrintField>>;
  /** What a row of the table can show. Columns of money can be totalled. */
  columns: Readonly<Record<string, PrintField>>;
}

const text = (label: string, example: string): PrintField => ({ label, kind: 'text', example });
const money = (label: string, example: string): PrintField => ({ label, kind: 'money', example });
const day = (label: string, example: string): PrintField => ({ label, kind: 'day', example });

/** What every kind of paper can carry. */
const everywhere = {
  title: text('标题', '收款收据'),
  companyName: text('物业公司', '安居物业服务有限公司'),
  communityName: text('小区', '翠湖花园'),
  servicePhone: text('服务电话', '0755-26001234'),
  printedAt: text('打印时间', '2026-03-10 10:00'),
  printedBy: text('打印人', '孙收银'),
  page: text('页码', '第 1 页，共 1 页'),
};

/** Letters to households in arrears: what is overdue, and by when an answer is expected. */
const arrearsLetter = (label: string) =>
  ({
    label,
    permission: 'bill.printNotice',
    fields: {
      ...everywhere,
      houseName: text('房屋', '1栋-1单元-101'),
      ownerName: text('业主', '崔春涛'),
      asOf: day('出函日期', '2026-03-10'),
      answerBy: day('答复期限', '2026-03-17'),
      oldestDueOn: day('最早欠费期限', '2026-01-31'),
      overdueDays: text('逾期天数', '38'),
      billCount: text('逾期笔数', '3'),
      principalTotal: money('逾期本金', '827.40'),
      lateFeeTotal: money('违约金合计', '12.30'),
      total: money('应缴合计', '839.70'),
      totalInWords: text('应缴合计大写', '捌佰叁拾玖元柒角整'),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('收费项目', '物业管理费'),
      houseName: text('收费对象', '1栋-1单元-101'),
      period: text('账期', '2026年1月'),
      dueOn: day('缴费期限', '2026-01-31'),
      outstanding: money('未收', '275.80'),
      lateFee: money('违约金', '4.10'),
      sum: money('应缴', '279.90'),
    },
  }) as const satisfies PrintTypeDefinition;

/**
 * Every kind of paper that can be designed (PLT-15). A domain adds one by an entry here and a source of its documents
 * registered with the server; palette, designer, preview, PDF and batch printing come with it.
 */
export const printTypes = {
  receipt: {
    label: '收据',
    permission: 'receipt.print',
    fields: {
      ...everywhere,
      mark: text('补打、撤销标记', '补打'),
      number: text('收据号', 'CHHY202603-000001'),
      houseName: text('收费对象', '1栋-1单元-101'),
      payerName: text('付款人', '崔春涛'),
      receivedOn: day('收款日期', '2026-03-10'),
      receivedAt: text('开票时间', '2026-03-10 10:00'),
      total: money('合计金额', '1234.50'),
      totalInWords: text('合计大写', '壹仟贰佰叁拾肆元伍角整'),
      lateFeeTotal: money('其中违约金', '0.00'),
      tenders: text('支付方式', '现金 1,234.50'),
      cash: text('收现与找零', '收现金 1,300.00，找零 65.50'),
      cashierName: text('收款人', '孙收银'),
      note: text('备注', ''),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('收费项目', '物业管理费'),
      houseName: text('收费对象', '1栋-1单元-101'),
      standardName: text('收费标准', '住宅 2.80'),
      period: text('期间', '2026年1月'),
      sentence: text('计算', '98.50㎡ × 2.80元/㎡·月 × 1个月'),
      principal: money('本金', '275.80'),
      lateFee: money('违约金', '0.00'),
      sum: money('金额', '275.80'),
    },
  },
  dunningNotice: {
    label: '催缴单',
    permission: 'bill.printNotice',
    fields: {
      ...everywhere,
      houseName: text('房屋', '1栋-1单元-101'),
      ownerName: text('业主', '崔春涛'),
      area: text('建筑面积', '98.50'),
      asOf: day('截至日期', '2026-03-10'),
      billCount: text('欠费笔数', '3'),
      principalTotal: money('欠费本金', '827.40'),
      lateFeeTotal: money('违约金合计', '12.30'),
      total: money('应缴合计', '839.70'),
      totalInWords: text('应缴合计大写', '捌佰叁拾玖元柒角整'),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('收费项目', '物业管理费'),
      houseName: text('收费对象', '1栋-1单元-101'),
      period: text('账期', '2026年1月'),
      dueOn: day('缴费期限', '2026-01-31'),
      receivable: money('应收', '275.80'),
      received: money('已收', '0.00'),
      outstanding: money('未收', '275.80'),
      lateFee: money('违约金', '4.10'),
      sum: money('应缴', '279.90'),
      sentence: text('计算', '98.50㎡ × 2.80元/㎡·月 × 1个月'),
    },
  },
  arrearsReminder: arrearsLetter('欠费提醒函'),
  arrearsDemand: arrearsLetter('欠费催告函'),
  arrearsFinal: arrearsLetter('欠费最后通知'),
  exitSlip: {
    label: '出门条',
    permission: 'exitSlip.print',
    fields: {
      ...everywhere,
      number: text('编号', 'CM-CHHY202603-0001'),
      houseName: text('房屋', '1栋-1单元-101'),
      personName: text('携带人', '崔春涛'),
      phone: text('电话', '138****5678'),
      plate: text('车牌', '粤B12345'),
      exitOn: day('出门日期', '2026-03-10'),
      reason: text('出门事由', '搬家'),
      note: text('备注', ''),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('物品', '冰箱'),
      quantity: text('数量', '1 台'),
      note: text('备注', ''),
    },
  },
  refundSlip: {
    label: '退款单',
    permission: 'receipt.print',
    fields: {
      ...everywhere,
      mark: text('补打标记', '补打'),
      number: text('退款号', 'TCHHY202603-000001'),
      receiptNumber: text('原收据号', 'CHHY202603-000001'),
      houseName: text('收费对象', '1栋-1单元-101'),
      payeeName: text('收款人', '崔春涛'),
      refundedOn: day('退款日期', '2026-03-10'),
      total: money('退款金额', '275.80'),
      totalInWords: text('退款大写', '贰佰柒拾伍元捌角整'),
      tenders: text('退款方式', '现金 275.80'),
      reason: text('退款原因', '多收'),
      staffName: text('经办人', '孙收银'),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('退款项目', '物业管理费 2026年1月'),
      houseName: text('收费对象', '1栋-1单元-101'),
      principal: money('本金', '275.80'),
      lateFee: money('违约金', '0.00'),
      sum: money('金额', '275.80'),
    },
  },
  depositReceipt: {
    label: '押金收据',
    permission: 'receipt.print',
    fields: {
      ...everywhere,
      mark: text('补打标记', '补打'),
      number: text('收据号', 'CHHY202603-000001'),
      houseName: text('收费对象', '1栋-1单元-101'),
      holderName: text('押金人', '崔春涛'),
      takenOn: day('收取日期', '2026-03-10'),
      total: money('押金金额', '2000.00'),
      totalInWords: text('押金大写', '贰仟元整'),
      tenders: text('支付方式', '现金'),
      cashierName: text('收款人', '孙收银'),
      note: text('备注', ''),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('押金项目', '装修押金'),
      holderName: text('押金人', '崔春涛'),
      note: text('备注', ''),
      sum: money('金额', '2000.00'),
    },
  },
  depositRefundSlip: {
    label: '押金退还单',
    permission: 'receipt.print',
    fields: {
      ...everywhere,
      mark: text('补打标记', '补打'),
      number: text('退款号', 'TCHHY202603-000001'),
      houseName: text('收费对象', '1栋-1单元-101'),
      payeeName: text('收款人', '崔春涛'),
      refundedOn: day('退还日期', '2026-03-10'),
      total: money('退还金额', '2000.00'),
      totalInWords: text('退还大写', '贰仟元整'),
      tenders: text('退还方式', '现金 2,000.00'),
      reason: text('退还原因', '装修验收合格'),
      staffName: text('经办人', '孙收银'),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('押金项目', '装修押金'),
      receiptNumber: text('原收据号', 'CHHY202603-000001'),
      takenOn: day('收取日期', '2026-01-10'),
      taken: money('收取', '2000.00'),
      sum: money('本次退还', '2000.00'),
      left: money('退后余额', '0.00'),
    },
  },
  prepaidReceipt: {
    label: '预存收据',
    permission: 'receipt.print',
    fields: {
      ...everywhere,
      mark: text('补打标记', '补打'),
      number: text('收据号', 'CHHY202603-000001'),
      houseName: text('收费对象', '1栋-1单元-101'),
      payerName: text('付款人', '崔春涛'),
      receivedOn: day('收款日期', '2026-03-10'),
      total: money('预存金额', '960.00'),
      totalInWords: text('预存大写', '玖佰陆拾元整'),
      tenders: text('支付方式', '现金'),
      cashierName: text('收款人', '孙收银'),
      note: text('备注', ''),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('预存账户', '通用预存'),
      houseName: text('收费对象', '1栋-1单元-101'),
      sum: money('实缴', '960.00'),
      given: money('赠送', '40.00'),
      balance: money('存后余额', '1000.00'),
    },
  },
  handoverSlip: {
    label: '过户结清单',
    permission: 'house.handOver',
    fields: {
      ...everywhere,
      houseName: text('房屋', '1栋-1单元-101'),
      formerOwners: text('原业主', '崔春涛'),
      newOwners: text('新业主', '周敏'),
      handedOverOn: day('过户日', '2026-03-16'),
      arrears: text('欠费处理', '395.80 元，仍由原业主承担'),
      refundNumber: text('退款号', 'TCHHY202603-000001'),
      refundTotal: money('退款金额', '2500.00'),
      refundInWords: text('退款大写', '贰仟伍佰元整'),
      doneBy: text('经办人', '孙收银'),
      doneOn: day('办理日期', '2026-03-20'),
      note: text('备注', ''),
    },
    columns: {
      sequence: text('序号', '1'),
      item: text('预存款或押金', '通用预存'),
      houseName: text('收费对象', '1栋-1单元-101'),
      held: money('过户前余额', '520.00'),
      decision: text('处理', '退给原业主'),
      sum: money('转出或退款', '500.00'),
    },
  },
  shiftSlip: {
    label: '交班单',
    permission: 'shift.view',
    fields: {
      ...everywhere,
      mark: text('补打标记', '补打'),
      number: text('交班单号', 'JBCHHY202603-0001'),
      staffName: text('交班人', '孙收银'),
      period: text('本班时间', '2026-03-10 08:30 至 2026-03-10 18:00'),
      closedAt: text('交班时间', '2026-03-10 18:02'),
      expected: money('应交合计', '3275.80'),
      counted: money('实点合计', '3275.80'),
      countedInWords: text('实点大写', '叁仟贰佰柒拾伍元捌角整'),
      difference: money('差额', '0.00'),
      reason: text('差额原因', ''),
      handedTo: text('交给', '陈财务'),
      denominations: text('点钞明细', '100 元 × 20 = 2,000.00；50 元 × 4 = 200.00'),
      movementCount: text('收退款笔数', '18'),
      note: text('备注', ''),
    },
    columns: {
      method: text('支付方式', '现金'),
      count: text('笔数', '12'),
      received: money('收款', '2300.00'),
      returned: money('退款和撤销', '100.00'),
      expected: money('应交', '2200.00'),
      counted: money('实点', '2200.00'),
      difference: money('差额', '0.00'),
    },
  },
} as const satisfies Record<string, PrintTypeDefinition>;

export type PrintType = keyof typeof printTypes;
export const printType = z.enum(Object.keys(printTypes) as [PrintType, ...PrintType[]]);

/** The same, seen as any kind. */
export function printTypeOf(type: PrintType): PrintTypeDefinition {
  return printTypes[type];
}

/** One document as it is printed: texts by the names of its type's fields, rows by those of its columns. */
export const printDocument = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.string()),
  rows: z.array(z.record(z.string(), z.string())),
  /** Sums of the columns that have one. */
  totals: z.record(z.string(), z.string()),
  /** Image of the community's seal, if it has one. */
  sealImageId: z.string().nullable(),
  /** File of the company's logo, if it has one that can be printed. */
  logoImageId: z.string().nullable(),
});
export type PrintDocument = z.infer<typeof printDocument>;
