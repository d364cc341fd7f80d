import { type PrintedReply, type PrintType, platformFail, printTypes } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { completeDocuments, refuseUnlessAllowed, sourceOf, withTemplate } from './load-documents.ts';
import type { PrintSource } from './print-source.ts';

export interface PrintRequest {
  type: PrintType;
  id: string;
  templateRef?: string | undefined;
  asOf?: string | undefined;
  split?: 'bill' | undefined;
}

/** One document with its template, for looking at; nothing is counted. 404 when it is out of sight. */
export async function previewOne(
  ctx: Context,
  sources: readonly PrintSource[],
  { type, id, templateRef, asOf, split }: PrintRequest,
): Promise<PrintedReply> {
  refuseUnlessAllowed(ctx, type);
  const loaded = await sourceOf(sources, type).read(ctx, [id], { asOf, split, reprints: new Set() });
  return withTemplate(ctx, type, await completeOrRefuse(ctx, type, loaded), templateRef);
}

/** The same for printing: counted where the type keeps a count, marked 补打 from the second time on, and noted. */
export async function printOne(
  ctx: Context,
  sources: readonly PrintSource[],
  { type, id, templateRef, asOf, split }: PrintRequest,
): Promise<PrintedReply> {
  refuseUnlessAllowed(ctx, type);
  const source = sourceOf(sources, type);
  const reprints = new Set<string>();
  const counted = await source.count?.(ctx, [id]);
  for (const one of counted?.reprints ?? []) reprints.add(one);
  if (counted && counted.printable.length === 0) await source.explainRefusal?.(ctx, id);
  const loaded = await source.read(ctx, [id], { asOf, split, reprints });
  const completed = await completeOrRefuse(ctx, type, loaded);
  if (!counted)
    await notePrint(
      ctx,
      source,
      completed.map(({ label, communityId, document }) => ({ id: document.id, label, communityId })),
    );
  return withTemplate(ctx, type, completed, templateRef);
}

async function completeOrRefuse(ctx: Context, type: PrintType, loaded: Awaited<ReturnType<PrintSource['read']>>) {
  if (loaded.length === 0) throw platformFail('resource.notFound', { label: printTypes[type].label });
  return completeDocuments(ctx, loaded);
}

/** Papers without a count of their own are noted with how many there were, and by their source where it keeps a register. */
export async function notePrint(
  ctx: Context,
  source: PrintSource,
  documents: readonly { id: string; label: string; communityId: string }[],
): Promise<void> {
  const { type } = source;
  const communities = new Set(documents.map((one) => one.communityId));
  await source.note?.(ctx, [...new Set(documents.map((one) => one.id))]);
  await recordAudit(ctx, {
    action: `${type}.print`,
    targetKind: type,
    targetId: null,
    targetLabel: documents.length === 1 ? documents[0]!.label : `${documents.length} 份`,
    communityId: communities.size === 1 ? [...communities][0]! : null,
    after: { count: documents.length },
  });
}
