import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ChannelRefusal } from './payment-channel.ts';

const mostFiles = 50;
const mostBytes = 500 * 1024 * 1024;

const damaged = () => new ChannelRefusal('渠道的账单文件已损坏或没有下载完整，请稍后重新下载');

/** The files of an archive by name, each checked against its checksum. Throws ChannelRefusal when it is cut or altered. */
export async function readZip(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, decodeStrings: false, strictFileNames: false });
    return await readFiles(zip);
  } catch (error) {
    throw error instanceof ChannelRefusal ? error : damaged();
  }
}

async function readFiles(zip: ZipFile): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    total += entry.uncompressedSize;
    if (files.size >= mostFiles || total > mostBytes) throw damaged();
    const name = nameOf(entry);
    if (name.endsWith('/')) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    if (files.has(name) || crc32(content) !== entry.crc32) throw damaged();
    files.set(name, content);
  }
  return files;
}

/** Names are GBK unless the archive says they are UTF-8 (bit 11 of the flags). */
function nameOf(entry: Entry): string {
  const isUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0;
  return new TextDecoder(isUtf8 ? 'utf-8' : 'gb18030').decode(entry.fileNameRaw);
}
