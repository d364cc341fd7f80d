import { type PrintElement, type PrintTemplateContent, type PrintType, printElement } from '@anlin/contract';

export interface DefaultTemplate {
  /** What printing names it by. */
  key: string;
  type: PrintType;
  name: string;
  content: PrintTemplateContent;
}

type Given = Partial<PrintElement>;
type Place = readonly [x: number, y: number, width: number, height: number];

/** Elements of one area, numbered in their order. */
function area(prefix: string, heightMm: number, isRepeated: boolean, elements: readonly Given[]) {
  return {
    heightMm,
    isRepeated,
    elements: elements.map((one, index) => printElement.parse({ id: `${prefix}${index + 1}`, ...one })),
  };
}

const at = ([x, y, width, height]: Place) => ({ x, y, width, height });
const field = (name: string, label: string, place: Place, more: Given = {}): Given => ({
  kind: 'field',
  field: name,
  label,
  isLabelShown: label !== '',
  ...at(place),
  ...more,
});
const words = (text: string, place: Place, more: Given = {}): Given => ({ kind: 'text', text, ...at(place), ...more });
const seal = (place: Place): Given => ({ kind: 'seal', ...at(place) });
const logo = (place: Place): Given => ({ kind: 'logo', ...at(place) });
const heading = { isBold: true, align: 'center' } as const;

const column = (
  name: string,
  title: string,
  widthMm: number,
  more: Partial<PrintTemplateContent['table']['columns'][number]> = {},
) => ({
  field: name,
  heading: title,
  widthMm,
  align: 'left' as const,
  moneyFormat: 'grouped' as const,
  hasTotal: false,
  ...more,
});
const sumColumn = (name: string, title: string, widthMm: number, hasTotal = true) =>
  column(name, title, widthMm, { align: 'right', hasTotal });

const margins = (top: number, right: number, bottom: number, left: number) => ({ top, right, bottom, left });

const sheet = (
  paper: PrintTemplateContent['paper'],
  orientation: PrintTemplateContent['orientation'] = 'portrait',
) => ({
  paper,
  orientation,
  ownWidthMm: 210,
  ownHeightMm: 297,
  rowsPerPage: 0,
  isTitleShown: true,
});

const table = (sizePt: number, rowMm: number, columns: PrintTemplateContent['table']['columns']) => ({
  columns,
  sizePt,
  rowMm,
  hasHeading: true,
  hasGrid: true,
  hasTotalRow: false,
  totalLabel: '合计',
  hasWordsRow: true,
});

/** Receipts on sheets: company and title in the middle, who and when below, seal at the right of the foot. */
function receiptSheet(width: number, sizePt: number): Pick<PrintTemplateContent, 'header' | 'footer'> {
  const half = width / 2;
  const small = { sizePt };
  return {
    header: area('h', 30, true, [
      field('companyName', '', [30, 0, width - 60, 7], { ...heading, sizePt: sizePt + 3 }),
      field('title', '', [30, 7, width - 60, 8], { ...heading, sizePt: sizePt + 5 }),
      field('mark', '', [0, 8, 30, 6], { isBold: true, isFramed: true, sizePt: sizePt + 1 }),
      field('receivedOn', '收款日期：', [0, 15, half, 5], small),
      field('number', 'No. ', [half, 15, half, 5], { ...small, align: 'right' }),
      field('communityName', '小区：', [0, 19.5, half - 15, 5], small),
      field('houseName', '房屋：', [half - 15, 19.5, half + 15, 5], small),
      // A company's name is long.
      field('payerName', '付款人：', [0, 24.5, width - 47, 5], small),
      field('page', '', [width - 45, 24.5, 45, 5], { sizePt: sizePt - 1.5, align: 'right' }),
      logo([0, 0, 30, 7.5]),
    ]),
    footer: {
      isAtBottom: false,
      ...area('f', 34, false, [
        field('tenders', '支付方式：', [0, 1.5, width - 60, 5], small),
        field('cash', '', [0, 7, width - 60, 5], small),
        field('note', '备注：', [0, 12.5, width - 60, 9], small),
        field('cashierName', '收款人：', [0, 22.5, 45, 5], small),
        field('receivedAt', '开票时间：', [45, 22.5, width - 105, 5], small),
        field('servicePhone', '服务电话：', [0, 28, width - 60, 5], small),
        words('收款单位（盖章）：', [width - 58, 1.5, 58, 5], small),
        seal([width - 42, 3, 30, 30]),
      ]),
    },
  };
}

/** Receipts on continuous paper: flat, everything in few lines. */
function receiptStrip(heightMm: number): PrintTemplateContent {
  const width = 209;
  const small = { sizePt: 9.5 };
  return {
    ...sheet(heightMm === 93 ? '241x93' : '241x140'),
    margins: margins(5, 16, 4, 16),
    title: '收款收据',
    header: area('h', 20.5, true, [
      field('companyName', '', [45, 0, 119, 6], { ...heading, sizePt: 12 }),
      field('title', '', [65, 6, 79, 7.5], { ...heading, sizePt: 15 }),
      field('mark', '', [0, 5.5, 32, 6], { isBold: true, isFramed: true, sizePt: 10.5 }),
      field('page', '', [width - 60, 1, 60, 5], { sizePt: 8, align: 'right' }),
      field('number', 'No. ', [width - 64, 7.5, 64, 5], { ...small, align: 'right' }),
      field('communityName', '小区：', [0, 14.5, 40, 5], small),
      field('houseName', '房屋：', [41, 14.5, 58, 5], small),
      field('payerName', '付款人：', [100, 14.5, 66, 5], small),
      field('receivedOn', '收款日期：', [167, 14.5, 42, 5], small),
      logo([33, 0.5, 12, 12.5]),
    ]),
    table: table(9.5, 5.2, [
      column('item', '收费项目', 44),
      column('period', '期间', 42),
      column('sentence', '计算', 79),
      sumColumn('lateFee', '违约金', 20, false),
      sumColumn('sum', '金额（元）', 24),
    ]),
    footer: {
      isAtBottom: false,
      ...area('f', 15.5, false, [
        field('tenders', '支付方式：', [0, 0.5, 134, 4.8], small),
        field('cash', '', [136, 0.5, 53, 4.8], small),
        field('note', '备注：', [0, 5.3, 150, 4.8], small),
        field('cashierName', '收款人：', [0, 10.2, 40, 4.8], small),
        field('receivedAt', '开票时间：', [41, 10.2, 55, 4.8], small),
        field('servicePhone', '服务电话：', [97, 10.2, 55, 4.8], small),
        words('收款单位（盖章）：', [153, 5.3, 40, 4.8], small),
        seal([190, 0, 15.5, 15.5]),
      ]),
    },
  };
}

function receiptRoll(): PrintTemplateContent {
  const small = { sizePt: 8.5 };
  return {
    ...sheet('roll80'),
    margins: margins(4, 4, 8, 4),
    title: '收款收据',
    header: area('h', 43, false, [
      field('companyName', '', [0, 0, 72, 9], { ...heading, sizePt: 10.5 }),
      field('title', '', [0, 9, 72, 6.5], { ...heading, sizePt: 13 }),
      field('mark', '', [0, 9.2, 22, 5.5], { isBold: true, isFramed: true, sizePt: 9 }),
      field('number', 'No. ', [0, 16.5, 72, 4.5], small),
      field('communityName', '小区：', [0, 21, 72, 4.5], small),
      field('houseName', '房屋：', [0, 25.5, 72, 8], small),
      field('payerName', '付款人：', [0, 33.5, 72, 4.5], small),
      field('receivedOn', '收款日期：', [0, 38, 72, 4.5], small),
    ]),
    table: {
      ...table(8.5, 5, [column('item', '项目', 29), column('period', '期间', 23), sumColumn('sum', '金额', 20)]),
      hasGrid: false,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 60, false, [
        { kind: 'line', ...at([0, 0.5, 72, 0]) },
        field('tenders', '支付方式：', [0, 1.5, 72, 8.5], small),
        field('cash', '', [0, 10, 72, 4.5], small),
        field('note', '备注：', [0, 14.5, 72, 8.5], small),
        field('cashierName', '收款人：', [0, 23, 72, 4.5], small),
        field('receivedAt', '开票时间：', [0, 27.5, 72, 4.5], small),
        field('servicePhone', '服务电话：', [0, 32, 72, 4.5], small),
        words('收款单位（盖章）：', [0, 36.5, 40, 4.5], small),
        seal([38, 36.5, 23, 23]),
      ]),
    },
  };
}

const receiptColumns = (item: number, period: number, sentence: number, lateFee: number, sum: number) => [
  column('item', '收费项目', item),
  column('period', '期间', period),
  column('sentence', '计算', sentence),
  sumColumn('lateFee', '违约金', lateFee, false),
  sumColumn('sum', '金额（元）', sum),
];

function dunningNotice(): PrintTemplateContent {
  const width = 176;
  const body = { sizePt: 11 };
  return {
    ...sheet('a4'),
    margins: margins(16, 17, 16, 17),
    title: '物业费用催缴通知单',
    header: area('h', 55, false, [
      field('companyName', '', [20, 0, width - 40, 7], { ...heading, sizePt: 13 }),
      field('title', '', [20, 8, width - 40, 10], { ...heading, sizePt: 18 }),
      field('communityName', '小区：', [0, 21, 58, 6], { sizePt: 10 }),
      field('houseName', '房屋：', [58, 21, 70, 6], { sizePt: 10 }),
      field('area', '建筑面积（㎡）：', [128, 21, 48, 6], { sizePt: 10, align: 'right' }),
      { kind: 'line', ...at([0, 28, width, 0]) },
      field('ownerName', '尊敬的业主：', [0, 30, width, 6], { ...body, isBold: true }),
      words(
        '感谢您一直以来对我们工作的支持。截至下列日期，您名下还有以下费用没有缴清，请在收到本通知后尽快缴纳。如已缴纳，请忽略本通知。',
        [0, 36.5, width, 10.5],
        body,
      ),
      field('asOf', '截至日期：', [0, 48.5, 80, 5], { sizePt: 10 }),
      field('billCount', '欠费笔数：', [width - 60, 48.5, 60, 5], { sizePt: 10, align: 'right' }),
    ]),
    table: {
      ...table(9.5, 6, [
        column('sequence', '序号', 11, { align: 'center' }),
        column('item', '收费项目', 33),
        column('houseName', '收费对象', 30),
        column('period', '账期', 30),
        column('dueOn', '缴费期限', 22),
        sumColumn('outstanding', '未收（元）', 20),
        sumColumn('lateFee', '违约金', 13),
        sumColumn('sum', '应缴', 17),
      ]),
      hasTotalRow: true,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 46, false, [
        words(
          '违约金按截至日期计算，实际以缴费当日为准。缴费可到物业服务中心前台办理；对账单有疑问，请拨打服务电话或到前台核对。',
          [0, 3, width, 10],
          { sizePt: 10 },
        ),
        field('servicePhone', '服务电话：', [0, 14, 80, 6], { sizePt: 10 }),
        field('companyName', '', [96, 22, 80, 6], { ...body, align: 'right' }),
        field('asOf', '', [96, 28, 80, 6], { ...body, align: 'right' }),
        seal([134, 11, 34, 34]),
        words('业主签收：', [0, 36, 60, 6], { sizePt: 10 }),
        { kind: 'line', ...at([20, 42, 50, 0]) },
      ]),
    },
  };
}

/** A letter on A4: the first asks, the second insists, the third says what comes next. */
function arrearsLetter(title: string, opening: string, closing: string): PrintTemplateContent {
  const width = 172;
  const body = { sizePt: 11.5 };
  return {
    ...sheet('a4'),
    margins: margins(20, 19, 18, 19),
    title,
    header: area('h', 62, false, [
      field('companyName', '', [20, 0, width - 40, 7], { ...heading, sizePt: 13 }),
      field('title', '', [20, 8, width - 40, 10], { ...heading, sizePt: 19 }),
      { kind: 'line', ...at([0, 21, width, 0]) },
      field('communityName', '小区：', [0, 23, 60, 6], { sizePt: 10 }),
      field('houseName', '房屋：', [60, 23, 112, 6], { sizePt: 10 }),
      field('ownerName', '致：', [0, 30, width, 6], { ...body, isBold: true }),
      words(opening, [0, 37, width, 17], body),
      field('asOf', '截至：', [0, 55, 50, 5], { sizePt: 10 }),
      field('overdueDays', '最早一笔已逾期（天）：', [50, 55, 62, 5], { sizePt: 10 }),
      field('billCount', '逾期笔数：', [width - 60, 55, 60, 5], { sizePt: 10, align: 'right' }),
    ]),
    table: {
      ...table(9.5, 6, [
        column('sequence', '序号', 12, { align: 'center' }),
        column('item', '收费项目', 38),
        column('period', '账期', 38),
        column('dueOn', '缴费期限', 24),
        sumColumn('outstanding', '未收（元）', 22),
        sumColumn('lateFee', '违约金', 16),
        sumColumn('sum', '应缴', 22),
      ]),
      hasTotalRow: true,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 62, false, [
        words(closing, [0, 3, width, 17], body),
        field('answerBy', '请最迟于此日缴清或与我们联系：', [0, 21, 110, 6], { ...body, isBold: true }),
        field('servicePhone', '联系电话：', [0, 28, 100, 6], { sizePt: 10 }),
        field('companyName', '', [92, 38, 80, 6], { ...body, align: 'right' }),
        field('asOf', '', [92, 44, 80, 6], { ...body, align: 'right' }),
        seal([132, 27, 34, 34]),
        words('签收人：', [0, 46, 16, 6], { sizePt: 10 }),
        { kind: 'line', ...at([16, 52, 44, 0]) },
        words('日期：', [0, 54, 16, 6], { sizePt: 10 }),
        { kind: 'line', ...at([16, 60, 44, 0]) },
      ]),
    },
  };
}

function exitSlip(): PrintTemplateContent {
  const width = 124;
  const small = { sizePt: 10 };
  return {
    ...sheet('a5'),
    margins: margins(12, 12, 12, 12),
    title: '物品出门条',
    header: area('h', 44, false, [
      field('companyName', '', [0, 0, width, 6], { ...heading, sizePt: 12 }),
      field('title', '', [0, 7, width, 9], { ...heading, sizePt: 17 }),
      field('number', '编号：', [0, 18, width, 5], { ...small, align: 'right' }),
      field('communityName', '小区：', [0, 24, 62, 5.5], small),
      field('houseName', '房屋：', [62, 24, 62, 5.5], small),
      field('personName', '携带人：', [0, 30, 62, 5.5], small),
      field('phone', '电话：', [62, 30, 62, 5.5], small),
      field('exitOn', '出门日期：', [0, 36, 62, 5.5], small),
      field('plate', '车牌：', [62, 36, 62, 5.5], small),
    ]),
    table: {
      ...table(10, 7, [
        column('sequence', '序号', 14, { align: 'center' }),
        column('item', '物品', 58),
        column('quantity', '数量', 24, { align: 'center' }),
        column('note', '备注', 28),
      ]),
      hasWordsRow: false,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 46, false, [
        field('reason', '出门事由：', [0, 2, width, 5.5], small),
        field('note', '备注：', [0, 8, width, 9], small),
        field('printedBy', '开具人：', [0, 18, 62, 5.5], small),
        field('printedAt', '开具时间：', [62, 18, 62, 5.5], small),
        words('业主签字：', [0, 28, 62, 5.5], small),
        words('门岗查验：', [62, 28, 62, 5.5], small),
        words('请门岗核对物品与携带人后放行，当日有效。', [0, 38, 90, 5.5], { sizePt: 9 }),
        seal([92, 12, 30, 30]),
      ]),
    },
  };
}

function refundSlip(): PrintTemplateContent {
  const width = 124;
  const small = { sizePt: 10 };
  return {
    ...sheet('a5'),
    margins: margins(12, 12, 12, 12),
    title: '退款单',
    header: area('h', 44, false, [
      field('companyName', '', [0, 0, width, 6], { ...heading, sizePt: 12 }),
      field('title', '', [0, 7, width, 9], { ...heading, sizePt: 17 }),
      field('mark', '', [0, 18, 40, 5], small),
      field('number', '退款号：', [40, 18, width - 40, 5], { ...small, align: 'right' }),
      field('communityName', '小区：', [0, 24, 62, 5.5], small),
      field('houseName', '房屋：', [62, 24, 62, 5.5], small),
      field('payeeName', '收款人：', [0, 30, 62, 5.5], small),
      field('refundedOn', '退款日期：', [62, 30, 62, 5.5], small),
      field('receiptNumber', '原收据：', [0, 36, width, 5.5], small),
    ]),
    table: {
      ...table(10, 7, [
        column('sequence', '序号', 14, { align: 'center' }),
        column('item', '退款项目', 58),
        sumColumn('principal', '本金', 18),
        sumColumn('lateFee', '违约金', 15),
        sumColumn('sum', '金额', 19),
      ]),
      hasTotalRow: true,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 44, false, [
        field('tenders', '退款方式：', [0, 2, width, 5.5], small),
        field('reason', '退款原因：', [0, 8, width, 9], small),
        field('staffName', '经办人：', [0, 18, 62, 5.5], small),
        field('printedAt', '打印时间：', [62, 18, 62, 5.5], small),
        words('收款人签字：', [0, 28, 62, 5.5], small),
        seal([92, 12, 30, 30]),
      ]),
    },
  };
}

/** What the papers of one payment or refund have in common: A5 upright, who and what above, words and signatures below. */
function voucher(
  title: string,
  {
    above,
    columns,
    below,
    signature,
    hasWordsRow = true,
  }: {
    above: readonly (readonly [key: string, label: string])[];
    columns: Parameters<typeof table>[2];
    below: readonly (readonly [key: string, label: string])[];
    signature: string;
    hasWordsRow?: boolean;
  },
): PrintTemplateContent {
  const width = 124;
  const small = { sizePt: 10 };
  const rows = Math.ceil(above.length / 2);
  const end = below.length * 6;
  return {
    ...sheet('a5'),
    margins: margins(12, 12, 12, 12),
    title,
    header: area('h', 26 + rows * 6, false, [
      field('companyName', '', [0, 0, width, 6], { ...heading, sizePt: 12 }),
      field('title', '', [0, 7, width, 9], { ...heading, sizePt: 17 }),
      ...above.map(([key, label], index) =>
        field(key, label, [(index % 2) * 62, 20 + Math.floor(index / 2) * 6, 62, 5.5], small),
      ),
    ]),
    table: { ...table(10, 7, columns), hasTotalRow: true, hasWordsRow },
    footer: {
      isAtBottom: false,
      ...area('f', end + 36, false, [
        ...below.map(([key, label], index) => field(key, label, [0, 2 + index * 6, width, 5.5], small)),
        field('printedAt', '打印时间：', [0, end + 4, 62, 5.5], small),
        words(signature, [0, end + 14, 62, 5.5], small),
        seal([92, end + 2, 30, 30]),
      ]),
    },
  };
}

const depositReceipt = () =>
  voucher('押金收据', {
    above: [
      ['number', '收据号：'],
      ['takenOn', '收取日期：'],
      ['communityName', '小区：'],
      ['houseName', '房屋：'],
      ['holderName', '押金人：'],
      ['mark', ''],
    ],
    columns: [
      column('sequence', '序号', 14, { align: 'center' }),
      column('item', '押金项目', 40),
      column('note', '备注', 44),
      sumColumn('sum', '金额', 26),
    ],
    below: [
      ['tenders', '支付方式：'],
      ['cashierName', '收款人：'],
    ],
    signature: '退押金时请交回此收据。',
  });

const depositRefundSlip = () =>
  voucher('押金退还单', {
    above: [
      ['number', '退款号：'],
      ['refundedOn', '退还日期：'],
      ['communityName', '小区：'],
      ['houseName', '房屋：'],
      ['payeeName', '收款人：'],
      ['mark', ''],
    ],
    columns: [
      column('item', '押金项目', 32),
      column('receiptNumber', '原收据号', 38),
      sumColumn('taken', '收取', 18),
      sumColumn('sum', '本次退还', 19),
      sumColumn('left', '余额', 17),
    ],
    below: [
      ['tenders', '退还方式：'],
      ['reason', '退还原因：'],
      ['staffName', '经办人：'],
    ],
    signature: '收款人签字：',
  });

const prepaidReceipt = () =>
  voucher('预存款收据', {
    above: [
      ['number', '收据号：'],
      ['receivedOn', '收款日期：'],
      ['communityName', '小区：'],
      ['houseName', '房屋：'],
      ['payerName', '付款人：'],
      ['mark', ''],
    ],
    columns: [
      column('item', '预存账户', 34),
      column('houseName', '收费对象', 33),
      sumColumn('sum', '实缴', 19),
      sumColumn('given', '赠送', 17),
      sumColumn('balance', '存后余额', 21),
    ],
    below: [
      ['tenders', '支付方式：'],
      ['cashierName', '收款人：'],
    ],
    signature: '预存款可冲抵账单，赠送部分不退。',
  });

const handoverSlip = () =>
  voucher('房屋过户结清单', {
    above: [
      ['communityName', '小区：'],
      ['houseName', '房屋：'],
      ['formerOwners', '原业主：'],
      ['newOwners', '新业主：'],
      ['handedOverOn', '过户日：'],
      ['doneOn', '办理日期：'],
    ],
    columns: [
      column('item', '预存款或押金', 30),
      column('houseName', '收费对象', 28),
      sumColumn('held', '余额', 18),
      column('decision', '处理', 30),
      sumColumn('sum', '转出或退款', 18),
    ],
    below: [
      ['arrears', '过户前欠费：'],
      ['refundNumber', '退款号：'],
      ['refundInWords', '退款大写：'],
      ['doneBy', '经办人：'],
      ['note', '备注：'],
    ],
    signature: '原业主、新业主签字：',
    // What moves and what is refunded are not one sum of money.
    hasWordsRow: false,
  });

function shiftSlip(): PrintTemplateContent {
  const width = 124;
  const small = { sizePt: 10 };
  return {
    ...sheet('a5'),
    margins: margins(12, 12, 12, 12),
    title: '交班单',
    header: area('h', 44, false, [
      field('companyName', '', [0, 0, width, 6], { ...heading, sizePt: 12 }),
      field('title', '', [0, 7, width, 9], { ...heading, sizePt: 17 }),
      field('mark', '', [0, 18, 40, 5], small),
      field('number', '交班单号：', [40, 18, width - 40, 5], { ...small, align: 'right' }),
      field('communityName', '小区：', [0, 24, 62, 5.5], small),
      field('staffName', '交班人：', [62, 24, 62, 5.5], small),
      field('period', '本班：', [0, 30, width, 5.5], small),
      field('handedTo', '交给：', [0, 36, width, 5.5], small),
    ]),
    table: {
      ...table(10, 7, [
        column('method', '支付方式', 26),
        column('count', '笔数', 12, { align: 'center' }),
        sumColumn('received', '收款', 18),
        sumColumn('returned', '退款撤销', 17),
        sumColumn('expected', '应交', 18),
        sumColumn('counted', '实点', 18),
        sumColumn('difference', '差额', 15),
      ]),
      hasTotalRow: true,
    },
    footer: {
      isAtBottom: false,
      ...area('f', 62, false, [
        field('countedInWords', '实点大写：', [0, 2, width, 5.5], small),
        field('denominations', '点钞：', [0, 8, width, 16], { sizePt: 9 }),
        field('reason', '差额原因：', [0, 25, width, 9], small),
        field('note', '备注：', [0, 34, width, 5.5], small),
        field('closedAt', '交班时间：', [0, 41, 62, 5.5], small),
        field('printedAt', '打印时间：', [62, 41, 62, 5.5], small),
        words('交班人签字：', [0, 52, 62, 5.5], small),
        words('接收人签字：', [62, 52, 62, 5.5], small),
      ]),
    },
  };
}

/** Templates that come with the product; the first of a type prints where nobody chose another. */
export const defaultTemplates: readonly DefaultTemplate[] = [
  {
    key: 'receipt-a4',
    type: 'receipt',
    name: '收据 A4',
    content: {
      ...sheet('a4'),
      margins: margins(14, 15, 14, 15),
      title: '收款收据',
      ...receiptSheet(180, 10),
      table: table(10, 6.4, receiptColumns(38, 34, 66, 18, 24)),
    },
  },
  {
    key: 'receipt-a5',
    type: 'receipt',
    name: '收据 A5 横向',
    content: {
      ...sheet('a5', 'landscape'),
      margins: margins(9, 12, 8, 12),
      title: '收款收据',
      ...receiptSheet(186, 9.5),
      table: table(9.5, 5.8, receiptColumns(38, 34, 70, 19, 25)),
    },
  },
  { key: 'receipt-241x93', type: 'receipt', name: '收据 连续纸 241×93', content: receiptStrip(93) },
  { key: 'receipt-241x140', type: 'receipt', name: '收据 连续纸 241×140', content: receiptStrip(140) },
  { key: 'receipt-roll80', type: 'receipt', name: '收据 小票 80 毫米', content: receiptRoll() },
  { key: 'dunning-a4', type: 'dunningNotice', name: '催缴单 A4', content: dunningNotice() },
  {
    key: 'arrears-reminder-a4',
    type: 'arrearsReminder',
    name: '欠费提醒函 A4',
    content: arrearsLetter(
      '物业费用缴费提醒函',
      '感谢您对物业服务工作的支持。经核对，截至下列日期，您名下有以下费用已过缴费期限。这可能是一时疏忽，特此提醒。',
      '如您已在近日缴纳，请忽略本函；如对费用有疑问或缴纳有困难，请告诉我们，我们会逐笔核对并与您商量办法。',
    ),
  },
  {
    key: 'arrears-demand-a4',
    type: 'arrearsDemand',
    name: '欠费催告函 A4',
    content: arrearsLetter(
      '物业费用催告函',
      '我们此前已就您名下的欠费作过提醒。截至下列日期，以下费用仍未缴纳。依照《中华人民共和国民法典》第九百四十四条，业主应当按照约定支付物业费，现正式催告。',
      '请在下列期限前缴清，或以书面提出异议。逾期的部分，我们将按约定继续计收违约金。',
    ),
  },
  {
    key: 'arrears-final-a4',
    type: 'arrearsFinal',
    name: '欠费最后通知 A4',
    content: arrearsLetter(
      '欠费最后通知',
      '您名下的费用长期未缴，我们已多次提醒并书面催告。截至下列日期，以下费用仍未缴纳。这是我们在采取法律措施之前的最后一次书面通知。',
      '期限届满仍未缴清，又未与我们达成还款安排的，我们将依照《中华人民共和国民法典》第九百四十四条提起诉讼或者申请仲裁，由此产生的费用依法由责任方承担。',
    ),
  },
  { key: 'exit-slip-a5', type: 'exitSlip', name: '出门条 A5', content: exitSlip() },
  { key: 'refund-slip-a5', type: 'refundSlip', name: '退款单 A5', content: refundSlip() },
  { key: 'shift-slip-a5', type: 'shiftSlip', name: '交班单 A5', content: shiftSlip() },
  { key: 'deposit-receipt-a5', type: 'depositReceipt', name: '押金收据 A5', content: depositReceipt() },
  { key: 'deposit-refund-slip-a5', type: 'depositRefundSlip', name: '押金退还单 A5', content: depositRefundSlip() },
  { key: 'prepaid-receipt-a5', type: 'prepaidReceipt', name: '预存收据 A5', content: prepaidReceipt() },
  { key: 'handover-slip-a5', type: 'handoverSlip', name: '过户结清单 A5', content: handoverSlip() },
];
