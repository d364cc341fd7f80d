import { type ImportView, imports } from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { missingTitles } from './columns.ts';
import { admitImport, createImport, recogniseFile } from './create-import.ts';
import { findImport, type ImportBatch, recentImports } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';
import { importers } from './importers.ts';
import { mapColumns } from './map-columns.ts';
import { startCheck, startRun } from './start-import-tasks.ts';
import { asCompanyImports } from './with-custom-fields.ts';
import { templateName, writeTemplate } from './write-template.ts';

function viewImport(importer: AnyImporter, batch: ImportBatch): ImportView {
  const { mapping } = batch;
  return {
    id: batch.id,
    kind: batch.kind,
    communityId: batch.communityId,
    communityName: batch.communityName,
    fileName: batch.fileName,
    state: batch.state,
    headerRow: mapping.headerRow,
    columns: importer.columns.map(({ key, title, isRequired, hint }) => ({
      key,
      title,
      isRequired,
      hint,
      heading: mapping.columns[key] ?? null,
    })),
    headings: mapping.headings.map(({ index, title, samples }) => ({ index, title, samples: [...samples] })),
    missing: missingTitles(importer.columns, mapping),
    notices: [...batch.notices],
    problems: [...batch.problems],
    counts: batch.counts,
    duplicatePolicy: batch.duplicatePolicy,
    taskId: batch.taskId,
    error: batch.error,
    failedRowsFileId: batch.failedRowsFileId,
    createdAt: batch.createdAt,
  };
}

/** The same seven routes for every kind; each has the permission of its kind. */
function routesOf(importer: AnyImporter): Route[] {
  const { kind } = importer;
  const endpoints = imports[kind];
  return [
    sessionRoute(endpoints.create, async (session, { body }, { services }) => {
      const input = { kind, ...body };
      const { companyId, columns } = await session.run(async (ctx) => {
        await admitImport(ctx, input);
        return { companyId: ctx.companyId, columns: (await asCompanyImports(ctx, importer)).columns };
      });
      const mapping = await recogniseFile(services.files.path(companyId, body.fileId), columns);
      return { id: await session.run((ctx) => createImport(ctx, input, mapping)) };
    }),
    route(endpoints.list, async (ctx) => {
      const batches = await recentImports(ctx, kind);
      return {
        rows: batches.map(({ id, communityName, fileName, state, counts, createdAt }) => ({
          id,
          communityName,
          fileName,
          state,
          counts,
          createdAt,
        })),
      };
    }),
    route(endpoints.get, async (ctx, { params }) =>
      viewImport(await asCompanyImports(ctx, importer), await findImport(ctx, kind, params.id)),
    ),
    route(endpoints.mapColumns, async (ctx, { params, body }) => {
      const own = await asCompanyImports(ctx, importer);
      await mapColumns(ctx, own, await findImport(ctx, kind, params.id, 'lock'), body.columns);
      return viewImport(own, await findImport(ctx, kind, params.id));
    }),
    route(endpoints.check, async (ctx, { params }) => ({
      taskId: await startCheck(
        ctx,
        await asCompanyImports(ctx, importer),
        await findImport(ctx, kind, params.id, 'lock'),
      ),
    })),
    route(endpoints.run, async (ctx, { params, body }) => ({
      taskId: await startRun(ctx, await findImport(ctx, kind, params.id, 'lock'), body.duplicatePolicy),
    })),
    sessionRoute(endpoints.template, async (session, _input, { reply }) => {
      const own = await session.run((ctx) => asCompanyImports(ctx, importer));
      void reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(templateName(importer))}`)
        .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
      return writeTemplate(own);
    }),
  ];
}

export const importRoutes: Route[] = Object.values(importers).flatMap(routesOf);
