import { parseArgs } from 'node:util';
import { fillNewCompany } from '../app.ts';
import { makePassword } from '../platform/auth/make-password.ts';
import { resolveHome } from '../platform/caller-folder.ts';
import { systemClock } from '../platform/clock.ts';
import { lockCompanies, openCompany } from '../platform/company/open-company.ts';
import {
  EmbeddedDatabaseError,
  findDatabase,
  findRunningEmbedded,
  startEmbedded,
} from '../platform/database/embedded/index.ts';
import { migrate } from '../platform/database/migrate.ts';
import { createPool } from '../platform/database/pool.ts';
import { sql } from '../platform/database/sql.ts';
import { inTransaction } from '../platform/database/transaction.ts';
import { newId } from '../platform/ids.ts';
import { closedVault } from '../platform/secrets/index.ts';

const usage = '用法：npm run company:open -- --name 公司名称 --admin-name 管理员姓名 --admin-phone 手机号';

interface Order {
  name: string;
  adminName: string;
  adminPhone: string;
}

/**
 * `npm run company:open`: opens a further company in the installation, of a running or a stopped server. Whoever may run
 * it has the data folder anyway. Ends with 0, with 1 when it is refused, with 2 when the arguments are wrong.
 */
async function main(args: string[]): Promise<number> {
  const order = readOrder(args);
  if (typeof order === 'string') {
    console.error(order);
    return 2;
  }
  const home = resolveHome();
  const external = process.env.DATABASE_URL;
  if (!external && findDatabase(home) === null) {
    console.error(`${home} 中还没有数据。请先执行 npm start；若数据在别处，请设置 ANLIN_HOME 或 DATABASE_URL。`);
    return 1;
  }
  const running = external ? null : await findRunningEmbedded(home);
  const started = external || running ? null : await startEmbedded({ home, log: console.log });
  try {
    const lines = await open(external ?? (running ?? started!).url, order);
    console.log(lines.join('\n'));
    return 0;
  } finally {
    await started?.stop();
  }
}

function readOrder(args: string[]): Order | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args, options: { name: text, 'admin-name': text, 'admin-phone': text } });
    const name = values.name?.trim() ?? '';
    const adminName = values['admin-name']?.trim() ?? '';
    const adminPhone = values['admin-phone']?.trim() ?? '';
    if (name === '' || adminName === '') return usage;
    if (!/^1\d{10}$/.test(adminPhone)) return `管理员手机号应为 11 位。${usage}`;
    return { name, adminName, adminPhone };
  } catch {
    return usage;
  }
}

async function open(url: string, { name, adminName, adminPhone }: Order): Promise<string[]> {
  await migrate(url);
  const pool = createPool({ url, as: 'application', max: 2 });
  const password = makePassword();
  try {
    return await inTransaction(pool, async (tx) => {
      await lockCompanies(tx);
      const known = await tx.first(sql`select id from account where phone = ${adminPhone}`);
      const administrator = { name: adminName, phone: adminPhone, password, mustChangePassword: true };
      await openCompany(
        tx,
        { clock: systemClock, newId, vault: closedVault },
        { company: { name }, administrator, fill: fillNewCompany },
      );
      await tx.run(sql`delete from setup_code`);
      const signIn = known
        ? '这个手机号已有账号，用原来的密码登录。'
        : `初始密码  ${password}（只显示这一次，首次登录须修改）`;
      return [`已创建“${name}”，管理员 ${adminName}。`, `手机号    ${adminPhone}`, signIn];
    });
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof EmbeddedDatabaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
