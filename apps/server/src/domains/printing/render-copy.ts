import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type PrintType, platformFail, printTypes } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import type { FileStore } from '../../platform/files/file-store.ts';
import { beyondScope } from '../../platform/resident-boundary.ts';
import { completeDocuments, sourceOf } from './load-documents.ts';
import type { PrintSource } from './print-source.ts';
import { renderDocuments } from './render-documents.ts';
import { chooseTemplate } from './template.queries.ts';

/**
 * One paper as a PDF for whoever it was given to: neither counted as a print nor kept. What stands on it is what the actor
 * sees; template, seal and logo are the community's. 404 when it is out of sight.
 */
export async function renderCopy(
  ctx: Context,
  files: FileStore,
  sources: readonly PrintSource[],
  { type, id }: { type: PrintType; id: string },
): Promise<Buffer> {
  const loaded = await sourceOf(sources, type).read(ctx, [id], { asOf: undefined, reprints: new Set() });
  const [first] = loaded;
  if (!first) throw platformFail('resource.notFound', { label: printTypes[type].label });
  const chunk = await beyondScope(ctx, async (wide) => {
    const template = await chooseTemplate(wide, type, first.communityId, undefined);
    return (await completeDocuments(wide, loaded)).map((one) => ({ one, template }));
  });
  let content = Buffer.alloc(0);
  const inMemory: FileStore = {
    ...files,
    write: async (_companyId, _fileId, stream) => {
      content = await buffer(stream);
      return { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest() };
    },
  };
  await renderDocuments({
    companyId: ctx.companyId,
    fileId: ctx.newId(),
    title: printTypes[type].label,
    type,
    files: inMemory,
    chunks: (async function* () {
      yield chunk;
    })(),
  });
  return content;
}
