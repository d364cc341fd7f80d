import {
  type CollectionSetting,
  collectionFail,
  type EndpointRequest,
  platformFail,
  type saveCollectionSetting as saveEndpoint,
} from '@anlin/contract';
import { type Fen, fen, formatYuan, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/** What codes of a community allow; sums in fen. */
export interface CodeRules {
  takesAmounts: boolean;
  minFen: Fen;
  maxFen: Fen;
  showsDue: boolean;
  remarkHint: string;
  slogan: string;
  version: number;
}

/** What holds where nothing was set; the same as the defaults of the table. */
const defaults: CodeRules = {
  takesAmounts: true,
  minFen: fen(1n),
  maxFen: fen(5_000_000n),
  showsDue: false,
  remarkHint: '请输入房号或手机号',
  slogan: '',
  version: 0,
};

export async function readRules(ctx: Context, communityId: string): Promise<CodeRules> {
  const row = await ctx.tx.first<CodeRules>(sql`
    select takes_amounts as "takesAmounts", min_fen as "minFen", max_fen as "maxFen", shows_due as "showsDue", remark_hint as "remarkHint", slogan, version
    from collection_setting where company_id = ${ctx.companyId} and community_id = ${communityId}`);
  return row ?? defaults;
}

/** 422 when the community is out of sight. */
export async function readSetting(ctx: Context, communityId: string): Promise<CollectionSetting> {
  await readCommunity(ctx, communityId);
  const { minFen, maxFen, ...rules } = await readRules(ctx, communityId);
  return { ...rules, minAmount: formatYuan(minFen), maxAmount: formatYuan(maxFen) };
}

/** Errors: reference.notFound, collectionSetting.bounds (422), collectionSetting.changed (409), scope.wholeCommunity (403). */
export async function saveSetting(ctx: Context, input: EndpointRequest<typeof saveEndpoint>['body']): Promise<void> {
  const { name } = await readCommunity(ctx, input.communityId);
  requireWholeCommunity(ctx, input.communityId, '收款码设置');
  const [minFen, maxFen] = [parseYuan(input.minAmount), parseYuan(input.maxAmount)];
  if (minFen > maxFen) throw collectionFail('collectionSetting.bounds');
  const { takesAmounts, showsDue, remarkHint, slogan } = input;
  const written =
    input.version === 0
      ? await ctx.tx.run(sql`insert into collection_setting (company_id, id, community_id, takes_amounts, min_fen, max_fen, shows_due, remark_hint, slogan, updated_at)
          values (${ctx.companyId}, ${ctx.newId()}, ${input.communityId}, ${takesAmounts}, ${minFen.toString()}, ${maxFen.toString()}, ${showsDue}, ${remarkHint},
            ${slogan}, ${nowText(ctx)}) on conflict (company_id, community_id) do nothing`)
      : await ctx.tx.run(sql`update collection_setting set takes_amounts = ${takesAmounts}, min_fen = ${minFen.toString()}, max_fen = ${maxFen.toString()},
            shows_due = ${showsDue}, remark_hint = ${remarkHint}, slogan = ${slogan}, updated_at = ${nowText(ctx)}, version = version + 1
          where company_id = ${ctx.companyId} and community_id = ${input.communityId} and version = ${input.version}`);
  if (written === 0) throw collectionFail('collectionSetting.changed');
  await recordAudit(ctx, {
    action: 'collectionSetting.save',
    targetKind: 'community',
    targetId: input.communityId,
    targetLabel: name,
    communityId: input.communityId,
    after: { takesAmounts, minAmount: formatYuan(minFen), maxAmount: formatYuan(maxFen), showsDue, remarkHint, slogan },
  });
}

/** A community in sight; 422 otherwise. */
export async function readCommunity(ctx: Context, communityId: string): Promise<{ name: string }> {
  const row = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  return row;
}
