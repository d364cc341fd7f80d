import { parseArgs } from 'node:util';
import { sealedColumns } from '../app.ts';
import { ArchiveError, type ImportedCompany, importArchive } from '../platform/archive/index.ts';
import { resolveFromCaller, resolveHome } from '../platform/caller-folder.ts';
import {
  EmbeddedDatabaseError,
  findDatabase,
  findRunningEmbedded,
  startEmbedded,
} from '../platform/database/embedded/index.ts';
import { readS3Settings } from '../platform/files/s3-settings.ts';
import { openServices } from '../platform/start-services.ts';

const usage = '用法：npm run import-archive -- 存档.zip [--company 新公司的名称]';

/**
 * `npm run import-archive -- file [--company name]`: makes a new company of a whole-company archive, in a running or a
 * stopped server. Ends with 0, with 1 when it is refused, with 2 when the arguments are wrong.
 */
async function main(args: string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(usage);
    return 2;
  }
  const home = resolveHome();
  const s3 = readS3Settings(process.env);
  const external = process.env.DATABASE_URL;
  if (!external && findDatabase(home) === null) {
    console.error(`${home} 中还没有数据。请先执行 npm start；若数据在别处，请设置 ANLIN_HOME 或 DATABASE_URL。`);
    return 1;
  }
  const running = external ? null : await findRunningEmbedded(home);
  const started = external || running ? null : await startEmbedded({ home, log: console.log });
  const databaseUrl = external ?? (running ?? started!).url;
  try {
    const services = await openServices({ databaseUrl, home, logLevel: 'silent', maxConnections: 2, s3 });
    try {
      const imported = await importArchive(services, {
        archive: resolveFromCaller(order.archive),
        companyName: order.company,
        sealedColumns,
        say: console.log,
      });
      console.log(reportText(imported));
      return 0;
    } finally {
      await services.stop();
    }
  } finally {
    await started?.stop();
  }
}

function readOrder(args: string[]): { archive: string; company: string } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { company: { type: 'string' } },
      allowPositionals: true,
    });
    const [archive] = positionals;
    return archive && positionals.length === 1 ? { archive, company: values.company?.trim() ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function reportText({ name, tables, rows, files, filesLeftOut, administrators }: ImportedCompany): string {
  const signIn = (password: string | null) =>
    password === null ? '已有账号，用原来的密码登录' : `初始密码 ${password}（只显示这一次，首次登录须修改）`;
  return [
    `已导入为“${name}”：${tables} 张表共 ${rows} 行、${files} 个文件，每张表的内容与存档逐一相符。`,
    ...(filesLeftOut > 0 ? [`另有 ${filesLeftOut} 个文件不在存档中（以前的存档，或导出时已丢失）。`] : []),
    ...administrators.map((one) => `管理员 ${one.name}  ${one.phone}  ${signIn(one.password)}`),
    '登录密码不在存档中：其他员工请由管理员在“员工”中重置密码。短信、微信等渠道的密钥请重新填写。',
  ].join('\n');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ArchiveError || error instanceof EmbeddedDatabaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
