import {
  type ApprovalLevel,
  approvalFail,
  type createApprovalFlow as createEndpoint,
  type EndpointRequest,
  platformFail,
  type updateApprovalFlow as updateEndpoint,
} from '@anlin/contract';
import { fen as fenOf, formatYuan, parseYuan } from '@anlin/money';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { RegisteredApprovable } from './approvable.ts';
import { approverNames, findApprovers, nameLevels } from './approver.ts';

type Flow = EndpointRequest<typeof createEndpoint>['body'];

const label = '审批流程';

/** Adds a flow as the last of its action. A level nobody could fill is refused. */
export async function createApprovalFlow(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  flow: Flow,
): Promise<{ id: string }> {
  const checked = await checkFlow(ctx, actions, flow, null);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into approval_flow (company_id, id, name, action, sort_order, is_enabled, amount_from_fen, amount_to_fen,
      community_ids, levels, created_at, updated_at)
    select ${ctx.companyId}, ${id}, ${flow.name}, ${flow.action}, coalesce(max(sort_order), 0) + 1, ${flow.isEnabled}, ${checked.amountFromFen},
      ${checked.amountToFen}, ${flow.communityIds}::uuid[], ${JSON.stringify(flow.levels)}, ${nowText(ctx)}, ${nowText(ctx)}
    from approval_flow where company_id = ${ctx.companyId}`);
  await audit(ctx, 'create', id, flow.name, undefined, checked.words);
  return { id };
}

/** Changes a flow; requests that run keep the one they started with. */
export async function updateApprovalFlow(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  id: string,
  { version, ...flow }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<void> {
  const before = await lockFlow(ctx, id);
  if (before.version !== version) throw platformFail('resource.changed', { label });
  const checked = await checkFlow(ctx, actions, flow, id);
  await ctx.tx.run(sql`update approval_flow set name = ${flow.name}, action = ${flow.action}, is_enabled = ${flow.isEnabled},
      amount_from_fen = ${checked.amountFromFen}, amount_to_fen = ${checked.amountToFen}, community_ids = ${flow.communityIds}::uuid[],
      levels = ${JSON.stringify(flow.levels)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', id, flow.name, await wordsOf(ctx, actions, before), checked.words);
}

/** Swaps a flow with the next or the previous of its action. At the end of the list nothing changes. */
export async function moveApprovalFlow(ctx: Context, id: string, direction: 'up' | 'down'): Promise<void> {
  const { action, name } = await lockFlow(ctx, id);
  const rows = await ctx.tx.rows<{ id: string; sort_order: number }>(sql`select id, sort_order from approval_flow
    where company_id = ${ctx.companyId} and action = ${action} order by sort_order, id for update`);
  const place = rows.findIndex((row) => row.id === id);
  const other = rows[direction === 'up' ? place - 1 : place + 1];
  const own = rows[place];
  if (!other || !own) return;
  await ctx.tx.run(sql`update approval_flow set sort_order = case id when ${own.id} then ${other.sort_order}::int else ${own.sort_order}::int end
    where company_id = ${ctx.companyId} and id in (${own.id}, ${other.id})`);
  await audit(ctx, 'move', id, name, undefined, { direction });
}

export async function deleteApprovalFlow(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  id: string,
): Promise<void> {
  const before = await lockFlow(ctx, id);
  await ctx.tx.run(sql`delete from approval_flow where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'delete', id, before.name, await wordsOf(ctx, actions, before), undefined);
}

interface FlowRow {
  name: string;
  action: string;
  version: number;
  is_enabled: boolean;
  amount_from_fen: bigint | null;
  amount_to_fen: bigint | null;
  community_ids: string[];
  levels: ApprovalLevel[];
}

async function lockFlow(ctx: Context, id: string): Promise<FlowRow> {
  const row =
    await ctx.tx.first<FlowRow>(sql`select name, action, version, is_enabled, amount_from_fen, amount_to_fen, community_ids, levels
    from approval_flow where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label });
  return row;
}

interface CheckedFlow {
  amountFromFen: bigint | null;
  amountToFen: bigint | null;
  /** For the audit. */
  words: Record<string, unknown>;
}

async function checkFlow(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  flow: Flow,
  id: string | null,
): Promise<CheckedFlow> {
  const action = actions.find((one) => one.key === flow.action);
  if (!action) throw approvalFail('approval.unknownAction', { action: flow.action });
  const amountFromFen = flow.amountFrom === null ? null : parseYuan(flow.amountFrom);
  const amountToFen = flow.amountTo === null ? null : parseYuan(flow.amountTo);
  if (!action.hasAmount && (amountFromFen !== null || amountToFen !== null))
    throw approvalFail('approvalFlow.amountUnused', { action: action.label });
  if (amountToFen !== null && amountToFen <= (amountFromFen ?? 0n)) throw approvalFail('approvalFlow.amountReversed');
  await refuseSameName(ctx, flow.name, id);
  await checkReferences(ctx, flow);
  await checkLevels(ctx, flow.levels);
  const row = {
    ...flow,
    is_enabled: flow.isEnabled,
    amount_from_fen: amountFromFen,
    amount_to_fen: amountToFen,
    community_ids: flow.communityIds,
  };
  return { amountFromFen, amountToFen, words: await wordsOf(ctx, actions, row) };
}

async function refuseSameName(ctx: Context, name: string, id: string | null): Promise<void> {
  const other = await ctx.tx.first(sql`select 1 from approval_flow
    where company_id = ${ctx.companyId} and name = ${name} and id is distinct from ${id}`);
  if (other)
    throw platformFail('resource.duplicate', { label, fields: '流程名称' }, [
      { path: 'name', message: '已有同名的审批流程' },
    ]);
}

async function checkReferences(ctx: Context, flow: Flow): Promise<void> {
  const found = async (table: 'community' | 'staff' | 'group', ids: readonly string[]) => {
    const wanted = [...new Set(ids)];
    const from = { community: sql`community`, staff: sql`staff`, group: sql`permission_group` }[table];
    const rows = await ctx.tx.ad(
      sql`select 1 from ${from} where company_id = ${ctx.companyId} and id = any (${wanted}::uuid[])`,
    );
    return rows.length === wanted.length;
  };
  const approvers = flow.levels.flatMap((level) => level.approvers);
  const ids = (kind: string) => approvers.flatMap((one) => (one.kind === kind && one.id ? [one.id] : []));
  if (!(await found('community', flow.communityIds))) throw platformFail('reference.notFound', { label: '小区' });
  if (!(await found('staff', ids('person')))) throw platformFail('reference.notFound', { label: '审批人' });
  if (!(await found('group', ids('group')))) throw platformFail('reference.notFound', { label: '权限组' });
}

async function checkLevels(ctx: Context, levels: readonly ApprovalLevel[]): Promise<void> {
  const named = await nameLevels(ctx, levels);
  for (const [index, level] of named.entries()) {
    const seen = new Set<string>();
    for (const { kind, id, label: name } of level.approvers) {
      if (seen.has(id ?? kind)) throw approvalFail('approvalFlow.repeatedApprover', { level: index + 1, label: name });
      seen.add(id ?? kind);
    }
    const { approvers } = await findApprovers(ctx, level, { communityId: null, requesterId: null });
    if (approvers.length === 0)
      throw approvalFail('approvalFlow.nobody', {
        level: index + 1,
        reason: level.approvers.some((one) => one.kind === 'departmentHead')
          ? '没有一个部门指定了在职的负责人，请先在“组织架构”里指定'
          : `${approverNames(level)}没有在职的人员`,
      });
  }
}

async function wordsOf(
  ctx: Context,
  actions: readonly RegisteredApprovable[],
  flow: Omit<FlowRow, 'version'>,
): Promise<Record<string, unknown>> {
  const levels = await nameLevels(ctx, flow.levels);
  const yuan = (amount: bigint | null) => (amount === null ? null : formatYuan(fenOf(amount)));
  return {
    name: flow.name,
    approvalAction: actions.find((one) => one.key === flow.action)?.label ?? flow.action,
    isEnabled: flow.is_enabled,
    amountFrom: yuan(flow.amount_from_fen),
    amountTo: yuan(flow.amount_to_fen),
    communityIds: flow.community_ids,
    levels: levels.map((level) => `${level.mode === 'all' ? '全部' : '任一'}：${approverNames(level)}`),
  };
}

async function audit(
  ctx: Context,
  verb: string,
  id: string,
  name: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await recordAudit(ctx, {
    action: `approvalFlow.${verb}`,
    targetKind: 'approvalFlow',
    targetId: id,
    targetLabel: name,
    before,
    after,
  });
}
