import {
  chooseDunning,
  type ImportKindName,
  type ImportView,
  importKinds,
  imports,
  listImports,
  okReply,
  undoImport,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Route, route, sessionRoute } from '../../platform/http/route.ts';
import { keepDunningChoice } from './choose-dunning.ts';
import { missingTitles } from './columns.ts';
import { admitImport, createImport, recogniseFile } from './create-import.ts';
import { listGoodRows, shownTitles } from './good-rows.ts';
import { findImport, type ImportBatch, recentImports } from './import-batch.ts';
import { listImportHistory } from './import-history.queries.ts';
import type { AnyImporter } from './importer.ts';
import { importerOf } from './importers.ts';
import { applyMapping, mapColumns } from './map-columns.ts';
import { deleteMapping, editMapping, listMappings, saveMapping } from './saved-mappings.ts';
import { startCheck, startRun } from './start-import-tasks.ts';
import { isUndoable, startUndo } from './start-undo.ts';
import { templateName, writeTemplate } from './write-template.ts';

function viewImport(ctx: Context, importer: AnyImporter, batch: ImportBatch): ImportView {
  const { mapping } = batch;
  return {
    id: batch.id,
    kind: batch.kind,
    communityId: batch.communityId,
    communityName: batch.communityName,
    fileName: batch.fileName,
    state: batch.state,
    headerRow: mapping.headerRow,
    columns: importer.columns
      .filter(({ key, isLeftOutOfTemplate }) => !isLeftOutOfTemplate || mapping.columns[key] !== undefined)
      .map(({ key, title, isRequired, hint }) => ({
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
    chosenRows: batch.chosenRows === null ? null : [...batch.chosenRows],
    mappingName: batch.mappingName,
    taskId: batch.taskId,
    error: batch.error,
    failedRowsFileId: batch.failedRowsFileId,
    isUndoable: ctx.permissions.has('importHistory.undo') && isUndoable(batch),
    dunning: batch.dunning,
    createdAt: batch.createdAt,
  };
}

/** The same routes for every kind; each has the permission of its kind. */
function routesOf(kind: ImportKindName): Route[] {
  const endpoints = imports[kind];
  const view = async (ctx: Context, importer: AnyImporter, id: string) =>
    viewImport(ctx, importer, await findImport(ctx, kind, id));
  return [
    sessionRoute(endpoints.create, async (session, { body }, { services }) => {
      const input = { kind, ...body };
      const { companyId, importer } = await session.run(async (ctx) => {
        await admitImport(ctx, input);
        return { companyId: ctx.companyId, importer: await importerOf(ctx, kind) };
      });
      const mapping = await services.files.withLocalCopy(companyId, body.fileId, (path) =>
        recogniseFile(path, importer.columns),
      );
      return { id: await session.run((ctx) => createImport(ctx, importer, input, mapping)) };
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
    route(endpoints.get, async (ctx, { params }) => view(ctx, await importerOf(ctx, kind), params.id)),
    route(endpoints.mapColumns, async (ctx, { params, body }) => {
      const importer = await importerOf(ctx, kind);
      await mapColumns(ctx, importer, await findImport(ctx, kind, params.id, 'lock'), body.columns);
      return view(ctx, importer, params.id);
    }),
    route(endpoints.check, async (ctx, { params }) => ({
      taskId: await startCheck(ctx, await importerOf(ctx, kind), await findImport(ctx, kind, params.id, 'lock')),
    })),
    route(endpoints.rows, async (ctx, { params, query }) => {
      const importer = await importerOf(ctx, kind);
      const batch = await findImport(ctx, kind, params.id);
      return { titles: shownTitles(importer, batch), ...(await listGoodRows(ctx, batch.id, query)) };
    }),
    route(endpoints.run, async (ctx, { params, body }) => ({
      taskId: await startRun(ctx, await findImport(ctx, kind, params.id, 'lock'), body.duplicatePolicy, body.rows),
    })),
    sessionRoute(endpoints.template, async (session, _input, { reply }) => {
      const importer = await session.run((ctx) => importerOf(ctx, kind));
      void reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(templateName(importer))}`)
        .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
      return writeTemplate(importer);
    }),
    ...mappingRoutes(kind, view),
  ];
}

/** Saved mappings of a list: whoever may import it may use, keep, change and delete them. */
function mappingRoutes(
  kind: ImportKindName,
  view: (ctx: Context, importer: AnyImporter, id: string) => Promise<ImportView>,
): Route[] {
  const endpoints = imports[kind];
  return [
    route(endpoints.applyMapping, async (ctx, { params, body }) => {
      const importer = await importerOf(ctx, kind);
      await applyMapping(ctx, importer, await findImport(ctx, kind, params.id, 'lock'), body.mappingId);
      return view(ctx, importer, params.id);
    }),
    route(endpoints.listMappings, async (ctx) => ({ rows: await listMappings(ctx, await importerOf(ctx, kind)) })),
    route(endpoints.saveMapping, async (ctx, { params, body }) => ({
      id: await saveMapping(ctx, await findImport(ctx, kind, params.id, 'lock'), body),
    })),
    route(endpoints.editMapping, async (ctx, { params, body }) => {
      await editMapping(ctx, kind, params.id, body);
      return okReply;
    }),
    route(endpoints.deleteMapping, async (ctx, { params }) => {
      await deleteMapping(ctx, kind, params.id);
      return okReply;
    }),
  ];
}

const historyRoutes: Route[] = [
  route(chooseDunning, async (ctx, { params, body }) => {
    await keepDunningChoice(ctx, params.id, body.choice);
    return okReply;
  }),
  route(listImports, (ctx, { query }) => listImportHistory(ctx, query)),
  route(undoImport, async (ctx, { params }) => ({ taskId: await startUndo(ctx, params.id) })),
];

export const importRoutes: Route[] = [
  ...(Object.keys(importKinds) as ImportKindName[]).flatMap(routesOf),
  ...historyRoutes,
];
