import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, money, moneyInput, ok } from '../wire.ts';

/** Where a request stands. */
export const approvalStates = {
  pending: '审批中',
  approved: '已通过',
  rejected: '已驳回',
  withdrawn: '已撤回',
  invalid: '已失效',
} as const;
export type ApprovalState = keyof typeof approvalStates;
export const approvalModes = { any: '一人同意即可', all: '须全部同意' } as const;
/** 部门负责人 is found for each request: the head of the requester's department, or the next one above. */
export const approverKinds = { person: '指定人员', group: '权限组', departmentHead: '部门负责人' } as const;
const keysOf = <K extends string>(options: Readonly<Record<K, string>>) => Object.keys(options) as [K, ...K[]];
const approvalState = z.enum(keysOf(approvalStates));

/** What an action answers when it waits for others: nothing has taken effect. */
export const pendingApproval = z.object({ state: z.literal('pending'), approvalId: id });
export type PendingApproval = z.infer<typeof pendingApproval>;

/** The reply of an action that may need approval: its own result, or that it waits. */
export function orPending<Reply extends z.ZodType>(reply: Reply) {
  return z.union([pendingApproval, reply]);
}

export function isPendingApproval(reply: object): reply is PendingApproval {
  return 'approvalId' in reply;
}

/** Why it is asked for; needed only where a flow applies. */
export const approvalReason = z.string().trim().max(200, '申请理由最多 200 个字');
const note = z.string().trim().max(200, '意见最多 200 个字');
const tag = '审批';

// —— flows ——

/** Which person or group; null for the head of a department, who is another for every requester. */
const approver = z
  .strictObject({ kind: z.enum(keysOf(approverKinds), '审批人类型不在可选范围内'), id: id.nullable() })
  .refine((one) => (one.kind === 'departmentHead') === (one.id === null), '请选择审批的员工或权限组');
export const approvalLevel = z.strictObject({
  mode: z.enum(keysOf(approvalModes), '请选择一人同意或全部同意'),
  approvers: z.array(approver).min(1, '每一级至少要有一位审批人').max(20, '每一级最多 20 位审批人'),
});
export type ApprovalLevel = z.infer<typeof approvalLevel>;

const flowFields = {
  name: z.string('请填写流程名称').trim().min(1, '请填写流程名称').max(40, '流程名称最多 40 个字'),
  action: z.string('请选择操作').min(1, '请选择操作').max(60),
  isEnabled: z.boolean(),
  /** Of this amount and more, below that one; null is open. Yuan. */
  amountFrom: moneyInput.nullable(),
  amountTo: moneyInput.nullable(),
  /** Empty: every community. */
  communityIds: z.array(id).max(500),
  levels: z.array(approvalLevel).min(1, '请至少设一级审批').max(9, '最多 9 级审批'),
};

export const approvalFlowView = z.object({
  id,
  version: z.number(),
  name: z.string(),
  action: z.string(),
  actionLabel: z.string(),
  isEnabled: z.boolean(),
  amountFrom: money.nullable(),
  amountTo: money.nullable(),
  communityIds: z.array(id),
  levels: z.array(
    z.object({
      mode: z.enum(keysOf(approvalModes)),
      approvers: z.array(z.object({ kind: z.enum(keysOf(approverKinds)), id: id.nullable(), label: z.string() })),
      /** Nobody can decide here at present: what is wrong, in words. Empty when all is well. */
      problem: z.string(),
    }),
  ),
});
export type ApprovalFlowView = z.infer<typeof approvalFlowView>;

export const listApprovalFlows = defineEndpoint({
  id: 'approvalFlow.list',
  method: 'GET',
  path: '/api/approval-flows',
  access: 'approvalFlow.edit',
  summary: '审批流程，按先后；以及可以设审批的操作',
  tag,
  reply: z.object({
    rows: z.array(approvalFlowView),
    actions: z.array(z.object({ key: z.string(), label: z.string(), hasAmount: z.boolean() })),
  }),
});

export const listApproverChoices = defineEndpoint({
  id: 'approvalFlow.choices',
  method: 'GET',
  path: '/api/approval-flows/choices',
  access: 'approvalFlow.edit',
  summary: '可以选作审批人的员工和权限组',
  tag,
  reply: z.object({
    people: z.array(z.object({ id, name: z.string(), position: z.string() })),
    groups: z.array(z.object({ id, name: z.string(), memberCount: z.number() })),
  }),
});

export const createApprovalFlow = defineEndpoint({
  id: 'approvalFlow.create',
  method: 'POST',
  path: '/api/approval-flows',
  access: 'approvalFlow.edit',
  summary: '新增审批流程，排在同一操作的最后',
  tag,
  body: z.strictObject(flowFields),
  reply: z.object({ id }),
});

export const updateApprovalFlow = defineEndpoint({
  id: 'approvalFlow.update',
  method: 'PUT',
  path: '/api/approval-flows/:id',
  access: 'approvalFlow.edit',
  summary: '修改审批流程；审批中的申请按原流程走完',
  tag,
  params: idParams,
  body: z.strictObject({ ...flowFields, version: z.int() }),
  reply: ok,
});

export const moveApprovalFlow = defineEndpoint({
  id: 'approvalFlow.move',
  method: 'POST',
  path: '/api/approval-flows/:id/move',
  access: 'approvalFlow.edit',
  summary: '把审批流程提前或推后一位；同一操作先匹配到的流程生效',
  tag,
  params: idParams,
  body: z.strictObject({ direction: z.enum(['up', 'down']) }),
  reply: ok,
});

export const deleteApprovalFlow = defineEndpoint({
  id: 'approvalFlow.delete',
  method: 'DELETE',
  path: '/api/approval-flows/:id',
  access: 'approvalFlow.edit',
  summary: '删除审批流程；审批中的申请按原流程走完',
  tag,
  params: idParams,
  reply: ok,
});

// —— requests ——

export const approvalViews = { waiting: '待我审批', requested: '我发起的', done: '我已处理', all: '全部' } as const;

const approvalRowFields = {
  id,
  state: approvalState,
  actionLabel: z.string(),
  targetLabel: z.string(),
  summary: z.string(),
  amount: money.nullable(),
  communityLabel: z.string().nullable(),
  requesterName: z.string(),
  requestedAt: instant,
  endedAt: instant.nullable(),
  level: z.number(),
  levelCount: z.number(),
  /** Who is asked now; empty when it has ended, or when nobody can decide. */
  waitingFor: z.array(z.string()),
  /** Pending, and nobody who is asked can decide any more. */
  isStuck: z.boolean(),
};
export const approvalRow = z.object(approvalRowFields);
export type ApprovalRow = z.infer<typeof approvalRow>;

export const listApprovals = defineEndpoint({
  id: 'approval.list',
  method: 'GET',
  path: '/api/approvals',
  access: 'signedIn',
  summary: '审批申请：待我审批、我发起的、我已处理；有权限者可看全部',
  tag,
  query: z.object({
    view: z.enum(keysOf(approvalViews)).default('waiting'),
    state: approvalState.optional(),
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ rows: z.array(approvalRow), total: z.number() }),
});

export const countWaitingApprovals = defineEndpoint({
  id: 'approval.countWaiting',
  method: 'GET',
  path: '/api/approvals/waiting-count',
  access: 'signedIn',
  summary: '待我审批的条数',
  tag,
  reply: z.object({ count: z.number() }),
});

export const approvalDetail = z.object({
  ...approvalRowFields,
  reason: z.string(),
  outcome: z.string(),
  flowName: z.string(),
  /** The one row it is about, as the audit log calls it; null where it is about several. */
  target: z.object({ kind: z.string(), id }).nullable(),
  changes: z.array(z.object({ label: z.string(), before: z.string(), after: z.string() })),
  levels: z.array(
    z.object({
      number: z.number(),
      mode: z.enum(keysOf(approvalModes)),
      approvers: z.array(z.string()),
      seats: z.array(
        z.object({ staffName: z.string(), state: z.enum(['waiting', 'gone', 'approved', 'rejected', 'passedOn']) }),
      ),
    }),
  ),
  history: z.array(
    z.object({ at: instant, level: z.number(), what: z.string(), who: z.string(), to: z.string(), note: z.string() }),
  ),
  mayDecide: z.boolean(),
  mayWithdraw: z.boolean(),
  mayReassign: z.boolean(),
});
export type ApprovalDetail = z.infer<typeof approvalDetail>;

export const getApproval = defineEndpoint({
  id: 'approval.get',
  method: 'GET',
  path: '/api/approvals/:id',
  access: 'signedIn',
  summary: '一条审批申请：理由、前后对比、各级意见',
  tag,
  params: idParams,
  reply: approvalDetail,
});

export const listApprovalColleagues = defineEndpoint({
  id: 'approval.colleagues',
  method: 'GET',
  path: '/api/approvals/:id/colleagues',
  access: 'signedIn',
  summary: '可以转交或改派的同事',
  tag,
  params: idParams,
  reply: z.object({ rows: z.array(z.object({ id, name: z.string(), position: z.string() })) }),
});

/** The level a person saw is named, so that a double click or an old page never decides the next one. */
const seenLevel = z.int().min(1);
const decisionReply = z.object({ state: approvalState, outcome: z.string() });

export const approveApproval = defineEndpoint({
  id: 'approval.approve',
  method: 'POST',
  path: '/api/approvals/:id/approve',
  access: 'signedIn',
  summary: '同意；最后一级同意后操作立即生效',
  tag,
  params: idParams,
  body: z.strictObject({ level: seenLevel, note: note.default('') }),
  reply: decisionReply,
});

export const rejectApproval = defineEndpoint({
  id: 'approval.reject',
  method: 'POST',
  path: '/api/approvals/:id/reject',
  access: 'signedIn',
  summary: '驳回，须写理由',
  tag,
  params: idParams,
  body: z.strictObject({ level: seenLevel, note: note.min(1, '请填写驳回理由') }),
  reply: decisionReply,
});

export const passOnApproval = defineEndpoint({
  id: 'approval.passOn',
  method: 'POST',
  path: '/api/approvals/:id/pass-on',
  access: 'signedIn',
  summary: '转交给另一位同事决定',
  tag,
  params: idParams,
  body: z.strictObject({ level: seenLevel, staffId: id, note: note.default('') }),
  reply: ok,
});

export const withdrawApproval = defineEndpoint({
  id: 'approval.withdraw',
  method: 'POST',
  path: '/api/approvals/:id/withdraw',
  access: 'signedIn',
  summary: '撤回自己的申请',
  tag,
  params: idParams,
  reply: ok,
});

export const reassignApproval = defineEndpoint({
  id: 'approval.reassign',
  method: 'POST',
  path: '/api/approvals/:id/reassign',
  access: 'approvalFlow.edit',
  summary: '把当前一级改派给另一位同事',
  tag,
  params: idParams,
  body: z.strictObject({ level: seenLevel, staffId: id, note: note.default('') }),
  reply: ok,
});
