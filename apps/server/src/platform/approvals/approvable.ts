import type { Permission } from '@anlin/contract';
import type { z } from 'zod';
import type { Context } from '../context.ts';

/** One line of what an approver compares. */
export interface ApprovalChange {
  label: string;
  before: string;
  after: string;
}

/** What a request is about, read just now. */
export interface ApprovalFacts {
  /** Every community it touches; a request that needs approval touches one. Empty: the company as a whole. */
  communityIds: readonly string[];
  targetKind: string;
  /** Rows that may have one pending request of this action at a time. */
  targetIds: readonly string[];
  targetLabel: string;
  /** Compared with the amount conditions of flows; null where the action has no amount. */
  amountFen: bigint | null;
  /** What of the actions it contains it does, with the amount their flows ask for. */
  contained?: readonly { action: string; amountFen: bigint | null }[];
  /** One sentence: what will happen. */
  summary: string;
  changes: readonly ApprovalChange[];
  /** Everything the decision rests on, as JSON. When it differs at the last yes, nothing takes effect. */
  basis: unknown;
}

/** An action as the approvals know it: what was stored with a request becomes its facts and its effect again. */
export interface RegisteredApprovable {
  /** `house.delete` */
  key: string;
  /** `删除房屋` */
  label: string;
  /** The requester must still hold it when the last yes is given. */
  permission: Permission;
  hasAmount: boolean;
  /** Keys of other actions it may do on its way, whose flows must say yes too. */
  contains: readonly string[];
  restore(stored: unknown): { facts(ctx: Context): Promise<ApprovalFacts>; apply(ctx: Context): Promise<unknown> };
}

export interface Approvable<Input, Result extends object> extends RegisteredApprovable {
  /**
   * Reads what the request is about and locks it until the transaction ends, so that nothing changes between the
   * comparison and the effect. Refuses what could not be applied anyway.
   */
  facts(ctx: Context, input: Input): Promise<ApprovalFacts>;
  apply(ctx: Context, input: Input): Promise<Result>;
}

interface ApprovableInput<Input, Result extends object> {
  key: string;
  label: string;
  permission: Permission;
  hasAmount?: boolean;
  contains?: readonly string[];
  /** Reads back what was stored; the input goes through JSON. */
  input: z.ZodType<Input>;
  facts(ctx: Context, input: Input): Promise<ApprovalFacts>;
  apply(ctx: Context, input: Input): Promise<Result>;
}

/** Declares an action that may be made to need approval (PLT-11). Registered in `app.ts`; its route calls `applyOrRequest`. */
export function defineApprovable<Input, Result extends object>(
  given: ApprovableInput<Input, Result>,
): Approvable<Input, Result> {
  const { input: schema, facts, apply, hasAmount = false, contains = [], key, label, permission } = given;
  return {
    key,
    label,
    permission,
    hasAmount,
    contains,
    facts,
    apply,
    restore(stored) {
      const input = schema.parse(stored);
      return { facts: (ctx) => facts(ctx, input), apply: (ctx) => apply(ctx, input) };
    },
  };
}
