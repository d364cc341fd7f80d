import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type DuplicatePolicy,
  type ImportKindName,
  type ImportView,
  imports,
  type RowRange,
  undoImport,
} from '@anlin/contract';
import { Refused, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';

/** A file of the cut-downs of real files. */
export function realFile(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../../../packages/spreadsheet/test-data/${name}`, import.meta.url)));
}

/** Uploads bytes as a browser does; returns the id of the file. */
export async function upload(
  server: TestApp,
  person: TestPerson,
  content: Buffer | string,
  name: string,
): Promise<string> {
  const boundary = 'anlin-test-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const response = await server.app.inject({
    method: 'POST',
    url: '/api/files',
    headers: { cookie: person.cookie, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  if (response.statusCode !== 200) throw new Refused(response.json());
  return response.json().id;
}

/** Walks through the wizard as a person does, without a browser. */
export function wizard(server: TestApp, company: TestCompany, person: TestPerson, kind: ImportKindName) {
  const endpoints = imports[kind];
  const finish = (taskId: string) => runTask(server.services, taskHandlers, company.id, taskId);
  const self = {
    endpoints,
    finish,
    async open(content: Buffer | string, name: string, communityId: string | null = company.communityId) {
      const fileId = await upload(server, person, content, name);
      return (await person.call(endpoints.create, { body: { fileId, communityId } })).id;
    },
    view: (id: string): Promise<ImportView> => person.call(endpoints.get, { params: { id } }),
    mapColumns: (id: string, columns: Record<string, number | null>): Promise<ImportView> =>
      person.call(endpoints.mapColumns, { params: { id }, body: { columns } }),
    async check(id: string): Promise<ImportView> {
      await finish((await person.call(endpoints.check, { params: { id } })).taskId);
      return self.view(id);
    },
    async run(
      id: string,
      duplicatePolicy: DuplicatePolicy = 'skip',
      rows: RowRange[] | null = null,
    ): Promise<ImportView> {
      await finish((await person.call(endpoints.run, { params: { id }, body: { duplicatePolicy, rows } })).taskId);
      return self.view(id);
    },
    /** Takes it back; the view's `error` says what stood in the way. */
    async undo(id: string): Promise<ImportView> {
      await finish((await person.call(undoImport, { params: { id } })).taskId);
      return self.view(id);
    },
    /** From the file to the result. */
    async all(content: Buffer | string, name: string, duplicatePolicy: DuplicatePolicy = 'skip') {
      const id = await self.open(content, name);
      await self.check(id);
      return self.run(id, duplicatePolicy);
    },
  };
  return self;
}

/** How many rows a company has of a table. */
export async function countOf(company: TestCompany, table: string): Promise<number> {
  const { rows } = await company.run((ctx) =>
    ctx.tx.client.query(`select count(*)::int as count from ${table} where company_id = $1`, [ctx.companyId]),
  );
  return rows[0].count;
}

/** Everything an import of houses makes. */
export async function estateCounts(company: TestCompany) {
  const tables = ['building', 'unit', 'house', 'resident', 'occupancy', 'tag', 'house_tag'];
  const counts = await Promise.all(tables.map(async (table) => [table, await countOf(company, table)] as const));
  return Object.fromEntries(counts);
}

/** One house by its number. */
export function houseByNumber(company: TestCompany, number: string) {
  return company.run((ctx) =>
    ctx.tx.first<Record<string, unknown> & { id: string }>(
      sql`select * from house where company_id = ${ctx.companyId} and number = ${number}`,
    ),
  );
}
