import * as contract from '@anlin/contract';
import { type Route, route } from '../http/route.ts';
import type { RegisteredApprovable } from './approvable.ts';
import {
  countWaitingApprovals,
  listApprovals,
  listApproverChoices,
  listColleagues,
  listFlows,
  readApproval,
} from './approval.queries.ts';
import { approveApproval, rejectApproval } from './decide-approval.ts';
import { createApprovalFlow, deleteApprovalFlow, moveApprovalFlow, updateApprovalFlow } from './edit-approval-flow.ts';
import { passOnApproval, reassignApproval, withdrawApproval } from './hand-approval.ts';

/** Inbox and flows over the actions that are registered in `app.ts`. */
export function approvalRoutes(actions: readonly RegisteredApprovable[]): Route[] {
  return [...requestRoutes(actions), ...flowRoutes(actions)];
}

function requestRoutes(actions: readonly RegisteredApprovable[]): Route[] {
  return [
    route(contract.listApprovals, (ctx, { query }) => listApprovals(ctx, actions, query)),
    route(contract.countWaitingApprovals, async (ctx) => ({ count: await countWaitingApprovals(ctx) })),
    route(contract.getApproval, (ctx, { params }) => readApproval(ctx, actions, params.id)),
    route(contract.listApprovalColleagues, async (ctx, { params }) => ({ rows: await listColleagues(ctx, params.id) })),
    route(contract.approveApproval, (ctx, { params, body }) =>
      approveApproval(ctx, actions, { ...body, id: params.id }),
    ),
    route(contract.rejectApproval, (ctx, { params, body }) => rejectApproval(ctx, actions, { ...body, id: params.id })),
    route(contract.passOnApproval, async (ctx, { params, body }) => {
      await passOnApproval(ctx, actions, { ...body, id: params.id });
      return contract.okReply;
    }),
    route(contract.withdrawApproval, async (ctx, { params }) => {
      await withdrawApproval(ctx, params.id);
      return contract.okReply;
    }),
    route(contract.reassignApproval, async (ctx, { params, body }) => {
      await reassignApproval(ctx, actions, { ...body, id: params.id });
      return contract.okReply;
    }),
  ];
}

function flowRoutes(actions: readonly RegisteredApprovable[]): Route[] {
  return [
    route(contract.listApprovalFlows, async (ctx) => ({
      rows: await listFlows(ctx, actions),
      actions: actions.map(({ key, label, hasAmount }) => ({ key, label, hasAmount })),
    })),
    route(contract.listApproverChoices, (ctx) => listApproverChoices(ctx)),
    route(contract.createApprovalFlow, (ctx, { body }) => createApprovalFlow(ctx, actions, body)),
    route(contract.updateApprovalFlow, async (ctx, { params, body }) => {
      await updateApprovalFlow(ctx, actions, params.id, body);
      return contract.okReply;
    }),
    route(contract.moveApprovalFlow, async (ctx, { params, body }) => {
      await moveApprovalFlow(ctx, params.id, body.direction);
      return contract.okReply;
    }),
    route(contract.deleteApprovalFlow, async (ctx, { params }) => {
      await deleteApprovalFlow(ctx, actions, params.id);
      return contract.okReply;
    }),
  ];
}
