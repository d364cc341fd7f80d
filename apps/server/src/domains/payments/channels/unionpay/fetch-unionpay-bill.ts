import { inflateSync } from 'node:zlib';
import { compactTime } from '../channel-time.ts';
import { type BillLine, type ChannelAccount, ChannelRefusal, type Outside } from '../payment-channel.ts';
import { readZip } from '../read-zip.ts';
import { callUnionPay, refusalOf } from './call-unionpay.ts';
import { unionPayHosts } from './unionpay-account.ts';
import { readUnionPayBill } from './unionpay-bill.ts';

const fileSort = { txnType: '76', txnSubType: '01', bizType: '000000' };
const mostBytes = 500 * 1024 * 1024;

/**
 * Downloads and reads the file of a settlement day (文件传输: 对账文件下载). UnionPay's day runs from 23:00 to 23:00. Errors:
 * ChannelRefusal, ChannelSilence.
 */
export async function fetchUnionPayBill(
  account: ChannelAccount,
  day: Temporal.PlainDate,
  outside: Outside,
): Promise<readonly BillLine[]> {
  const settleDate = day.toString().replaceAll('-', '').slice(4);
  const fields = { txnTime: compactTime(outside.now), fileType: '00', settleDate };
  const place = { host: unionPayHosts(account).files, path: '/' };
  const answer = await callUnionPay(account, place, fileSort, fields, outside);
  if (answer.respCode === '98')
    throw new ChannelRefusal(`银联还没有 ${day} 的对账文件：当天没有交易，或文件还没有生成`, 'billMissing');
  if (answer.respCode !== '00') throw refusalOf(answer);
  if (answer.settleDate !== settleDate) throw new ChannelRefusal('银联给的是另一天的对账文件');
  return readUnionPayBill(await readZip(unpack(answer.fileContent ?? '')), account, day);
}

/** The file comes deflated and in base64, and is a ZIP itself. */
function unpack(content: string): Buffer {
  try {
    return inflateSync(Buffer.from(content, 'base64'), { maxOutputLength: mostBytes });
  } catch {
    throw new ChannelRefusal('银联对账文件已损坏或没有下载完整，请稍后重新下载');
  }
}
