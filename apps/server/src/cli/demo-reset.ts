import { demoSignIns, ResetRefused, resetDemo } from '../demo/index.ts';
import { resolveHome } from '../platform/caller-folder.ts';
import { EmbeddedDatabaseError, findDatabase, startEmbedded } from '../platform/database/embedded/index.ts';
import { createPool } from '../platform/database/pool.ts';
import { readS3Settings } from '../platform/files/s3-settings.ts';

/**
 * `npm run demo:reset`: removes the demo with everything people changed in it and loads it anew. Ends with 0, with 1 when it
 * is refused, with 2 when there is nothing to reset.
 */
async function main(): Promise<number> {
  const home = resolveHome();
  const external = process.env.DATABASE_URL;
  if (!external && findDatabase(home) === null) {
    console.error(`${home} 中还没有数据，不需要重置。执行 npm start 就会载入演示数据。`);
    return 2;
  }
  const embedded = external ? null : await startEmbedded({ home, log: console.log });
  const databaseUrl = external ?? embedded!.url;
  try {
    console.log('正在清空并重新载入演示数据…');
    const { houses, bills, receipts } = await resetDemo(databaseUrl, home, readS3Settings(process.env));
    console.log(`演示数据已重置：${houses} 套房屋，${bills} 张账单，${receipts} 张收据。演示账号：\n`);
    const pool = createPool({ url: databaseUrl, as: 'application', max: 1 });
    console.log((await demoSignIns({ pool })).join('\n'));
    await pool.end();
    return 0;
  } finally {
    await embedded?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof EmbeddedDatabaseError || error instanceof ResetRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
