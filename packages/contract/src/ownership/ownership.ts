import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { occupancyRole, personName, residentPhone, sexInput } from '../estate/residents.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

/** Who owes what was unpaid on the day of the handover. */
export const arrearsDecisions = {
  stay: '仍由原业主承担',
  takeOver: '由新业主承担',
  mustBePaid: '须先缴清才能过户',
} as const;
export type ArrearsDecision = keyof typeof arrearsDecisions;
const arrearsDecision = z.enum(['stay', 'takeOver', 'mustBePaid'], '请选择欠费由谁承担');

/** What becomes of a prepaid account or a deposit of the house, or of one of its parking spaces. */
export const holdingDecisions = {
  stay: '留在房屋',
  move: '转到原业主的其他房屋、车位或车辆',
  refund: '退给原业主',
} as const;
export type HoldingDecision = keyof typeof holdingDecisions;
const holdingDecision = z.enum(['stay', 'move', 'refund'], '请选择预存款和押金怎么处理');
const holdingKind = z.enum(['prepaid', 'deposit']);

const tag = '房屋';

export const handover = z.strictObject({
  /** First day of the new owners; the former ones are charged to the day before. */
  handedOverOn: day,
  newOwners: z
    .array(
      z.strictObject({ name: personName, phone: residentPhone.default(''), sex: sexInput.nullable().default(null) }),
    )
    .min(1, '请填写新业主')
    .max(10, '新业主最多 10 位'),
  /** Stays that end: former owners and whoever leaves with them. */
  leavingOccupancyIds: z.array(id).max(50, '迁出人员最多 50 位'),
  arrears: arrearsDecision,
  /** Voids unpaid bills that reach beyond the day and raises them again in two parts; otherwise they refuse. */
  splitBills: z.boolean().default(false),
  /** Prepaid accounts and deposits of the house and its parking spaces; one that is not named stays. */
  holdings: z
    .array(
      z.strictObject({
        kind: holdingKind,
        id,
        /** Balance, or what is held, as the person saw it; refused when it is another one by now. */
        amount: money,
        decision: holdingDecision,
        /** Of `move` alone. */
        to: z.strictObject({ kind: targetKind, id }).nullable().default(null),
      }),
    )
    .max(60, '预存款和押金一次最多处理 60 项')
    .refine(
      (list) => new Set(list.map((one) => one.id.toLowerCase())).size === list.length,
      '同一项预存款或押金填了两次',
    )
    .default([]),
  /** How refunds are paid; needed where something is refunded. */
  refundMethodId: id.nullable().default(null),
  note: z.string().trim().max(500, '备注最多 500 个字').default(''),
});

const billLine = z.object({
  targetLabel: z.string(),
  chargeItemLabel: z.string(),
  periodText: z.string(),
  amount: money,
});

/** What becomes of one prepaid account or deposit. */
export const handedHolding = z.object({
  kind: holdingKind,
  /** 通用预存, 物业管理费预存, 装修押金. */
  label: z.string(),
  targetLabel: z.string(),
  /** Before the handover. */
  amount: money,
  decision: holdingDecision,
  /** What moves or is refunded; the rest of a prepaid account was given, not paid, and stays. */
  moved: money,
  toLabel: z.string(),
});
export type HandedHolding = z.infer<typeof handedHolding>;

/** Everything a handover does, or did. */
export const handoverReport = z.object({
  houseLabel: z.string(),
  handedOverOn: day,
  formerOwners: z.array(z.string()),
  newOwners: z.array(z.string()),
  leaving: z.array(z.object({ name: z.string(), role: occupancyRole })),
  bindings: z.array(
    z.object({
      targetLabel: z.string(),
      chargeItemLabel: z.string(),
      chargeStandardLabel: z.string(),
      /** Of a vehicle, which goes with the people: ended, and not opened again for the new owners. */
      isEnded: z.boolean(),
    }),
  ),
  voided: z.array(billLine),
  voidedSum: money,
  /** Raised again for the former owners, to the day before. */
  raisedBefore: z.array(billLine),
  raisedBeforeSum: money,
  /** Raised again for the new owners, from the day on. */
  raisedAfter: z.array(billLine),
  raisedAfterSum: money,
  arrears: arrearsDecision,
  /** Unpaid bills of the time before, without those raised again. */
  arrearsBills: z.array(billLine),
  arrearsSum: money,
  holdings: z.array(handedHolding),
  /** The refund of what goes back to the former owners; without its number before it is done. */
  refund: z.object({ number: z.string(), total: money, methodName: z.string(), payeeName: z.string() }).nullable(),
  /** Of the handover that was done, for its paper; null before. */
  changeId: id.nullable(),
});
export type HandoverReport = z.infer<typeof handoverReport>;

export const previewHandover = defineEndpoint({
  id: 'house.previewHandover',
  method: 'POST',
  path: '/api/houses/:id/preview-handover',
  access: 'house.handOver',
  summary: '过户之前：会迁出谁、结束和新开哪些绑定、作废和重新生成哪些账单',
  tag,
  params: idParams,
  body: handover,
  reply: handoverReport,
});

export const handOverHouse = defineEndpoint({
  id: 'house.handOver',
  method: 'POST',
  path: '/api/houses/:id/hand-over',
  access: 'house.handOver',
  summary: '办理过户；设了审批流程时须写理由，改为提交申请',
  tag,
  params: idParams,
  body: handover.extend({ reason: z.string().trim().max(200, '申请理由最多 200 个字').default('') }),
  reply: orPending(handoverReport),
});

/** What is to be decided about when a house is handed over. */
export const listHandoverHoldings = defineEndpoint({
  id: 'house.handoverHoldings',
  method: 'GET',
  path: '/api/houses/:id/handover-holdings',
  access: 'house.handOver',
  summary: '过户时要处理的预存款和押金，原业主的其他房屋、车位和车辆，可用的退款方式',
  tag,
  params: idParams,
  reply: z.object({
    prepaid: z.array(
      z.object({
        id,
        label: z.string(),
        targetLabel: z.string(),
        balance: money,
        /** What was paid and not given: the part that can move or be refunded. */
        paid: money,
      }),
    ),
    deposits: z.array(
      z.object({
        id,
        label: z.string(),
        targetLabel: z.string(),
        holderName: z.string(),
        takenOn: day,
        held: money,
      }),
    ),
    /** Of the present owners, without this house and its parking spaces. */
    places: z.array(z.object({ kind: targetKind, id, label: z.string(), isSameCommunity: z.boolean() })),
    methods: z.array(z.object({ id, name: z.string() })),
  }),
});
export type HandoverHoldings = z.infer<(typeof listHandoverHoldings)['reply']>;

/** Owners of a house one after another, and the handovers between them. */
export const listOwners = defineEndpoint({
  id: 'house.owners',
  method: 'GET',
  path: '/api/houses/:id/owners',
  access: 'house.view',
  summary: '历任业主和过户记录',
  tag,
  params: idParams,
  reply: z.object({
    /** Newest first; empty without the right to see residents. */
    owners: z.array(z.object({ residentId: id, name: z.string(), from: day, until: day.nullable() })),
    changes: z.array(
      z.object({
        id,
        handedOverOn: day,
        formerOwners: z.array(z.string()),
        newOwners: z.array(z.string()),
        arrears: arrearsDecision,
        arrearsSum: money,
        voidedCount: z.number(),
        raisedCount: z.number(),
        holdings: z.array(handedHolding),
        refundNumber: z.string(),
        note: z.string(),
        doneBy: z.string(),
        at: instant,
      }),
    ),
  }),
});
export type OwnershipHistory = z.infer<(typeof listOwners)['reply']>;
