import * as contract from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { refuseUnlessAllowed, sourceOf } from './load-documents.ts';
import { printExitSlip } from './print-exit-slip.ts';
import { addImage, findImage, listImages } from './print-image.ts';
import { previewOne, printOne } from './print-one.ts';
import { countPrints, selectDocuments, startPdf, writePdf } from './print-pdf.ts';
import type { PrintSource } from './print-source.ts';
import { createTemplate, deleteTemplate, makeDefaultTemplate, updateTemplate } from './save-template.ts';
import { listTemplates } from './template.queries.ts';
import { listVersions } from './template-versions.ts';

/** Endpoints of printing over the documents of these sources. */
export function printingRoutes(sources: readonly PrintSource[]): Route[] {
  return [
    route(contract.listPrintTemplates, async (ctx, { query }) => ({ rows: await listTemplates(ctx, query) })),
    route(contract.createPrintTemplate, async (ctx, { body }) => ({ id: await createTemplate(ctx, body) })),
    route(contract.updatePrintTemplate, async (ctx, { params, body }) => ({
      version: await updateTemplate(ctx, params.id, body),
    })),
    route(contract.choosePrintTemplate, async (ctx, { params }) => {
      await makeDefaultTemplate(ctx, params.id);
      return contract.okReply;
    }),
    route(contract.deletePrintTemplate, async (ctx, { params }) => {
      await deleteTemplate(ctx, params.id);
      return contract.okReply;
    }),
    route(contract.listPrintTemplateVersions, async (ctx, { params }) => ({
      rows: await listVersions(ctx, params.id),
    })),
    route(contract.listPrintImages, (ctx, { query }) => listImages(ctx, query.communityId)),
    route(contract.addPrintImage, (ctx, { body }, { services }) => addImage(ctx, services.files, body)),
    sessionRoute(contract.readPrintImage, async (session, { params }, { reply, services }) => {
      const { companyId, image } = await session.run(async (ctx) => ({
        companyId: ctx.companyId,
        image: await findImage(ctx, params.id),
      }));
      void reply.header('cache-control', 'private, max-age=86400').type(image.mediaType);
      return services.files.read(companyId, image.id);
    }),
    route(contract.findPrintDocuments, async (ctx, { query }) => {
      refuseUnlessAllowed(ctx, query.type);
      const { communityId, q } = query;
      return { rows: await sourceOf(sources, query.type).find(ctx, { communityId, q }) };
    }),
    route(contract.previewPrint, (ctx, { body }) => previewOne(ctx, sources, body)),
    route(contract.startPrint, (ctx, { body }) => printOne(ctx, sources, body)),
    route(contract.printExitSlip, (ctx, { body }) => printExitSlip(ctx, body)),
    sessionRoute(contract.printPdf, async (session, { body }, { services }) => {
      const begun = await session.run(async (ctx) => {
        const order = await selectDocuments(ctx, sources, body);
        if (order.ids.length > 1) return { order, taskId: await startPdf(ctx, order) };
        const counted = await countPrints(ctx, sources, order);
        if (counted.printable.length === 0) await sourceOf(sources, order.type).explainRefusal?.(ctx, order.ids[0]!);
        return { order, taskId: null, companyId: ctx.companyId, counted };
      });
      if (begun.taskId !== null) return { fileId: null, taskId: begun.taskId, count: begun.order.ids.length };
      const fileId = services.newId();
      const run = {
        companyId: begun.companyId,
        fileId,
        files: services.files,
        transaction: session.run,
        report: async () => {},
      };
      await writePdf(run, sources, begun.order, begun.counted);
      return { fileId, taskId: null, count: 1 };
    }),
  ];
}
