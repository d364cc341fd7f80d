/** Shows all of it once: houses, bills, payments; then listens for pushes where a secret for them is given. */
import { createClient } from './client.ts';
import { createReceiver } from './receive-webhooks.ts';

const {
  ANLIN_SITE: site = '',
  ANLIN_KEY: key = '',
  ANLIN_SECRET: secret = '',
  ANLIN_WEBHOOK_SECRET,
  PORT = '4000',
} = process.env;
const client = createClient({ site, key, secret });

const community = await client.community();
console.log(`小区 ${community.name}，权限 ${community.scopes.join('、')}`);

const { rows: houses } = await client.houses();
console.log(`房屋 ${houses.length} 套`);

if (community.scopes.includes('bills') && houses[0]) {
  const [item] = (await client.chargeItems()).rows;
  const month = new Date().toISOString().slice(0, 7);
  const line = {
    action: 'put',
    externalId: `DEMO-${month}-1`,
    targetKind: 'house',
    targetId: houses[0].id,
    chargeItemId: item?.id,
    periodFrom: `${month}-01`,
    lastDay: `${month}-28`,
    amount: '1.00',
  } as const;
  const { lines } = await client.syncBills(`demo-${month}-batch-1`, [line]);
  for (const one of lines) console.log(`账单 ${one.externalId}：${one.outcome} ${one.message}`);
}

if (community.scopes.includes('payments')) {
  let cursor: string | undefined;
  for (let hasMore = true; hasMore; ) {
    const page = await client.payments(cursor);
    for (const one of page.rows) console.log(`${one.kind} ${one.number} ${one.total} 元`);
    cursor = page.nextCursor;
    hasMore = page.hasMore;
  }
  console.log(`下次从游标 ${cursor} 开始`);
}

if (ANLIN_WEBHOOK_SECRET) {
  createReceiver(ANLIN_WEBHOOK_SECRET, (event) => console.log(event.type, event.data)).listen(Number(PORT), () =>
    console.log(`在 ${PORT} 端口等待推送`),
  );
}
