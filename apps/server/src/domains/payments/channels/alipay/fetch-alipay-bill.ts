import { z } from 'zod';
import { callChannel } from '../call-channel.ts';
import {
  type BillLine,
  type ChannelAccount,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
} from '../payment-channel.ts';
import { readZip } from '../read-zip.ts';
import { readAlipayBill } from './alipay-bill.ts';
import { callAlipay, refusalOf } from './call-alipay.ts';

const place = z.object({ bill_download_url: z.url() });
/** Where bills lie; an address elsewhere is not followed. */
const billHosts = /^([a-z0-9-]+\.)*(alipay|alipaydev)\.com$/;

/** Downloads and reads the bill of a day (alipay.data.dataservice.bill.downloadurl.query). Errors: ChannelRefusal, ChannelSilence. */
export async function fetchAlipayBill(
  account: ChannelAccount,
  day: Temporal.PlainDate,
  outside: Outside,
): Promise<readonly BillLine[]> {
  const content = { bill_type: 'trade', bill_date: day.toString() };
  const answer = await callAlipay(account, 'alipay.data.dataservice.bill.downloadurl.query', content, outside);
  if (/bill_not_exist/i.test(answer.subCode))
    throw new ChannelRefusal(
      `支付宝还没有 ${day} 的账单：当天没有交易，或账单还没有生成（次日上午九点后）`,
      'billMissing',
    );
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = place.safeParse(answer.fields);
  if (!parsed.success) throw new ChannelSilence('Alipay gave no address of the bill');
  const { hostname, pathname, search } = new URL(parsed.data.bill_download_url);
  if (!billHosts.test(hostname)) throw new ChannelRefusal('支付宝给的账单地址不在支付宝的域名下');
  const { status, bytes } = await callChannel(outside, hostname, `${pathname}${search}`);
  if (status !== 200) throw new ChannelSilence(`the bill was answered with ${status}`);
  return readAlipayBill(await readZip(bytes), account, day);
}
