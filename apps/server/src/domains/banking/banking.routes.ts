import { readFile, stat } from 'node:fs/promises';
import * as contract from '@anlin/contract';
import { bankFail } from '@anlin/contract';
import { findFile } from '../../platform/files/file-record.ts';
import { type Route, route, type Session, sessionRoute } from '../../platform/http/route.ts';
import type { Services } from '../../platform/services.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { acceptResult } from './accept-result.ts';
import { bankingBindings } from './banking.bindings.ts';
import { listBatches, openBatch } from './batch.queries.ts';
import { resumeBooking } from './book-batch.ts';
import { bookLine, setLineAside, startBookingSure, takeLineUp } from './book-line.ts';
import { cancelBatch } from './cancel-batch.ts';
import { createAgreement, deleteAgreement, updateAgreement } from './edit-agreement.ts';
import { createTemplate, listTemplates, previewTemplate, updateTemplate } from './edit-bank-template.ts';
import { startBatch } from './make-batch.ts';
import { startMatching } from './match-lines.ts';
import { readBankAccount } from './read-bank-account.ts';
import { openStatement, readStatement } from './read-statement.ts';
import { previewBatch } from './read-withholdable.ts';
import { receiveStatement } from './receive-statement.ts';
import { listBillsToPay, listLines } from './statement.queries.ts';

const mostResultBytes = 20 * 1024 * 1024;

/** Reads an uploaded file of the person's own outside any transaction. Error: file.notFound (404). */
async function readUpload<T>(
  session: Session,
  services: Services,
  fileId: string,
  work: (path: string) => Promise<T>,
): Promise<{ name: string; read: T }> {
  const { companyId, name } = await session.run(async (ctx) => ({
    companyId: ctx.companyId,
    name: (await findFile(ctx, fileId, new Map())).name,
  }));
  return { name, read: await services.files.withLocalCopy(companyId, fileId, work) };
}

async function readResultBytes(path: string): Promise<Buffer> {
  if ((await stat(path)).size > mostResultBytes)
    throw bankFail('withholding.fileRefused', { problem: '文件超过 20 MB，不像是银行的结果文件' });
  return readFile(path);
}

const withholdingRoutes: Route[] = [
  route(contract.createBankAgreement, async (ctx, { body }) => ({ id: await createAgreement(ctx, body) })),
  route(contract.updateBankAgreement, async (ctx, { params, body }) => {
    await updateAgreement(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteBankAgreement, async (ctx, { params }) => {
    await deleteAgreement(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.listBankTemplates, async (ctx) => ({ rows: await listTemplates(ctx) })),
  route(contract.createBankTemplate, async (ctx, { body }) => ({ id: await createTemplate(ctx, body) })),
  route(contract.updateBankTemplate, async (ctx, { params, body }) => {
    await updateTemplate(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.previewBankTemplate, async (_, { body }) => previewTemplate(body)),
  route(contract.previewWithholding, (ctx, { body }) => previewBatch(ctx, body)),
  route(contract.makeWithholding, (ctx, { body }) => startBatch(ctx, body)),
  route(contract.listWithholdingBatches, (ctx, { query }) => listBatches(ctx, query)),
  route(contract.getWithholdingBatch, (ctx, { params, query }) => openBatch(ctx, params.id, query)),
  route(contract.cancelWithholding, async (ctx, { params, body }) => {
    await cancelBatch(ctx, params.id, body.reason);
    return contract.okReply;
  }),
  sessionRoute(contract.readWithholdingResult, async (session, { params, body }, { services }) => {
    const { name, read } = await readUpload(session, services, body.fileId, readResultBytes);
    return session.run((ctx) => acceptResult(ctx, params.id, { name, bytes: read, receivedOn: body.receivedOn }));
  }),
  route(contract.bookWithholding, async (ctx, { params, body }) => ({
    taskId: await resumeBooking(ctx, params.id, body.receivedOn),
  })),
];

const statementRoutes: Route[] = [
  sessionRoute(contract.openBankStatement, async (session, { body }, { services }) => {
    const account = await session.run((ctx) => readBankAccount(ctx, body.bankAccountId));
    const { read } = await readUpload(session, services, body.fileId, openStatement);
    const titles = new Set(read.headings.map((heading) => heading.title));
    const isSaved = account.columns && Object.values(account.columns).every((one) => one === null || titles.has(one));
    return {
      headings: read.headings.map(({ title, sample }) => ({ title, sample: sample.slice(0, 60) })),
      columns: isSaved && account.columns ? account.columns : read.columns,
    };
  }),
  sessionRoute(contract.receiveBankStatement, async (session, { body }, { services }) => {
    await session.run((ctx) => readBankAccount(ctx, body.bankAccountId));
    const { name, read } = await readUpload(session, services, body.fileId, (path) =>
      readStatement(path, body.columns),
    );
    const { bankAccountId, columns } = body;
    return session.run((ctx) => receiveStatement(ctx, { bankAccountId, columns, fileName: name, rows: read }));
  }),
  route(contract.matchBankStatement, async (ctx, { body }) => ({
    taskId: await startMatching(ctx, await readBankAccount(ctx, body.bankAccountId)),
  })),
  route(contract.bookSureLines, async (ctx, { body }) => ({ taskId: await startBookingSure(ctx, body.bankAccountId) })),
  route(contract.listStatementLines, (ctx, { query }) => listLines(ctx, query)),
  route(contract.listStatementBills, (ctx, { query }) => listBillsToPay(ctx, query)),
  route(contract.bookStatementLine, (ctx, { params, body }) => bookLine(ctx, params.id, body)),
  route(contract.setLineAside, async (ctx, { params, body }) => {
    await setLineAside(ctx, params.id, body.reason);
    return contract.okReply;
  }),
  route(contract.takeLineUp, async (ctx, { params }) => {
    await takeLineUp(ctx, params.id);
    return contract.okReply;
  }),
];

export const bankingRoutes: Route[] = [
  ...bankingBindings.flatMap(resourceRoutes),
  ...withholdingRoutes,
  ...statementRoutes,
];
