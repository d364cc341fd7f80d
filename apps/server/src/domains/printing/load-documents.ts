import {
  type PrintDocument,
  type PrintedReply,
  type PrintType,
  permissionLabel,
  platformFail,
  printTypeOf,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { readCompanyLogo, readSeals } from './print-image.ts';
import type { LoadedDocument, PrintSource } from './print-source.ts';
import { chooseTemplate } from './template.queries.ts';
import { timeText } from './time-text.ts';

/** Refuses who may not print this kind of paper; every type names its own right. */
export function refuseUnlessAllowed(ctx: Context, type: PrintType): void {
  const { permission } = printTypeOf(type);
  if (!ctx.permissions.has(permission))
    throw platformFail('permission.denied', { permission: permissionLabel(permission) });
}

/** The source of a type. Every type of the contract has one; `app.ts` registers them. */
export function sourceOf(sources: readonly PrintSource[], type: PrintType): PrintSource {
  const source = sources.find((one) => one.type === type);
  if (!source) throw new Error(`nothing is registered that prints ${type}`);
  return source;
}

export interface CompletedDocument extends LoadedDocument {
  document: PrintDocument;
}

/** Adds what every paper can carry: when and by whom it is printed, the seal of its community, the logo of the company. */
export async function completeDocuments(ctx: Context, loaded: readonly LoadedDocument[]): Promise<CompletedDocument[]> {
  const seals = await readSeals(ctx, [...new Set(loaded.map((one) => one.communityId))]);
  const logoImageId = (await readCompanyLogo(ctx))?.id ?? null;
  const printed = { printedAt: timeText(ctx.clock.now().toString()), printedBy: ctx.actor.name };
  return loaded.map((one) => ({
    ...one,
    document: {
      ...one.document,
      fields: { ...one.document.fields, ...printed },
      sealImageId: seals.get(one.communityId) ?? null,
      logoImageId,
    },
  }));
}

/** Documents of one community with the template that prints them. */
export async function withTemplate(
  ctx: Context,
  type: PrintType,
  documents: readonly CompletedDocument[],
  templateRef: string | undefined,
): Promise<PrintedReply> {
  const template = await chooseTemplate(ctx, type, documents[0]!.communityId, templateRef);
  return { content: template.content, templateName: template.name, documents: documents.map((one) => one.document) };
}
