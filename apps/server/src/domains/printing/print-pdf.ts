import {
  type EndpointRequest,
  type PrintType,
  printFail,
  type printPdf as printPdfEndpoint,
  printTypes,
} from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { type CompletedDocument, completeDocuments, refuseUnlessAllowed, sourceOf } from './load-documents.ts';
import { notePrint } from './print-one.ts';
import type { PrintSource } from './print-source.ts';
import { renderDocuments } from './render-documents.ts';
import { type ChosenTemplate, chooseTemplate } from './template.queries.ts';

export const mostDocuments = 5000;
const chunkDocuments = 100;

type PdfRequest = EndpointRequest<typeof printPdfEndpoint>['body'];

export interface PdfOrder {
  type: PrintType;
  ids: string[];
  templateRef?: string;
  asOf?: string;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    printDocuments: PdfOrder;
  }
}

/** What is to be printed, from ids or from a list's filter. 422 for nothing, and for more than one file should hold. */
export async function selectDocuments(
  ctx: Context,
  sources: readonly PrintSource[],
  request: PdfRequest,
): Promise<PdfOrder> {
  const { type, templateRef, asOf } = request;
  refuseUnlessAllowed(ctx, type);
  const { label } = printTypes[type];
  const source = sourceOf(sources, type);
  const ids =
    request.ids.length > 0
      ? ((await source.resolve?.(ctx, request.ids)) ?? [...new Set(request.ids)])
      : await source.select(ctx, request.filter ?? {}, mostDocuments + 1);
  if (ids.length === 0) throw printFail('print.nothing', { type: label });
  if (ids.length > mostDocuments)
    throw printFail('print.tooMany', { limit: mostDocuments, count: `${mostDocuments}+` });
  return { type, ids, ...(templateRef ? { templateRef } : {}), ...(asOf ? { asOf } : {}) };
}

export function startPdf(ctx: Context, order: PdfOrder): Promise<string> {
  const { label } = printTypes[order.type];
  return startTask(ctx, 'printDocuments', {
    title: `打印${label} ${order.ids.length} 份`,
    communityId: null,
    input: order,
  });
}

/** Where the transactions of a print come from: a request's session, or a task. */
export interface PrintRun {
  companyId: string;
  fileId: string;
  files: Parameters<typeof renderDocuments>[0]['files'];
  transaction<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  report(done: number, total: number): Promise<void>;
}

export interface CountedPrints {
  printable: string[];
  reprints: string[];
}

/** Counts the prints before anything is written: two prints at once never both come out as the first. */
export async function countPrints(
  ctx: Context,
  sources: readonly PrintSource[],
  order: PdfOrder,
): Promise<CountedPrints> {
  refuseUnlessAllowed(ctx, order.type);
  const counted = await sourceOf(sources, order.type).count?.(ctx, order.ids);
  return counted ?? { printable: order.ids, reprints: [] };
}

/** Writes the documents into one PDF and registers the file under the run's id: running it again replaces it. */
export async function writePdf(
  run: PrintRun,
  sources: readonly PrintSource[],
  order: PdfOrder,
  counted: CountedPrints,
): Promise<Record<string, unknown>> {
  const { label } = printTypes[order.type];
  const source = sourceOf(sources, order.type);
  const { printable } = counted;
  const reprints = new Set(counted.reprints);
  const printed: { id: string; label: string; communityId: string }[] = [];
  async function* chunks() {
    for (let from = 0; from < printable.length; from += chunkDocuments) {
      const ids = printable.slice(from, from + chunkDocuments);
      const chunk = await run.transaction(async (ctx) => {
        const loaded = await source.read(ctx, ids, { asOf: order.asOf, reprints });
        return withTemplates(ctx, order, await completeDocuments(ctx, loaded));
      });
      for (const { one } of chunk)
        printed.push({ id: one.document.id, label: one.label, communityId: one.communityId });
      yield chunk;
      await run.report(Math.min(from + chunkDocuments, printable.length), printable.length);
    }
  }
  const rendered = await renderDocuments({ ...run, title: label, type: order.type, chunks: chunks() });
  if (rendered.documents === 0) throw printFail('print.nothing', { type: label });
  const fileName = await run.transaction(async (ctx) => {
    const name = `${label}-${businessDay(ctx.clock, 'Asia/Shanghai')}${rendered.documents === 1 ? `-${printed[0]!.label}` : ''}.pdf`;
    await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.fileId}`);
    const { sizeBytes, sha256 } = rendered;
    await recordFile(ctx, { id: run.fileId, name, sizeBytes, sha256, mediaType: 'application/pdf' });
    if (!source.count) await notePrint(ctx, source, printed);
    return name;
  });
  return {
    fileId: run.fileId,
    fileName,
    documents: rendered.documents,
    pages: rendered.pages,
    skipped: order.ids.length - rendered.documents,
    missing: rendered.missing,
    cut: rendered.cut,
  };
}

async function withTemplates(ctx: Context, order: PdfOrder, documents: readonly CompletedDocument[]) {
  const templates = new Map<string, ChosenTemplate>();
  for (const { communityId } of documents)
    if (!templates.has(communityId))
      templates.set(communityId, await chooseTemplate(ctx, order.type, communityId, order.templateRef));
  return documents.map((one) => ({ one, template: templates.get(one.communityId)! }));
}

/** Task: documents into one PDF. What was counted is kept with the task, so that a run after a crash counts nothing twice. */
export function printDocumentsTask(sources: readonly PrintSource[]): TaskHandler<PdfOrder> {
  return async (run) => {
    const saved = run.savedProgress as CountedPrints | null;
    const counted =
      saved ??
      (await run.transaction(async (ctx) => {
        const found = await countPrints(ctx, sources, run.input);
        await run.save(ctx, found);
        return found;
      }));
    return writePdf({ ...run, fileId: run.taskId }, sources, run.input, counted);
  };
}
