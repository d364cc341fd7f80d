import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { PrintType } from '@anlin/contract';
import { layoutDocument } from '@anlin/print-layout';
import type { FileStore } from '../../platform/files/file-store.ts';
import { asPrintable } from '../../platform/files/prepare-picture.ts';
import type { CompletedDocument } from './load-documents.ts';
import type { ChosenTemplate } from './template.queries.ts';
import { openPdf } from './write-pdf.ts';

export interface RenderJob {
  companyId: string;
  /** The file to be written. */
  fileId: string;
  title: string;
  type: PrintType;
  files: FileStore;
  /** Documents chunk by chunk, each with the template of its community. */
  chunks: AsyncIterable<readonly { one: CompletedDocument; template: ChosenTemplate }[]>;
}

export interface Rendered {
  sizeBytes: number;
  sha256: Buffer;
  documents: number;
  pages: number;
  /** Characters that no font has. */
  missing: string[];
  /** Names of fields whose box was too small for what they say. */
  cut: string[];
}

/** Lays out and writes all documents into one PDF of the file store. Only one chunk is held in memory at a time. */
export async function renderDocuments(job: RenderJob): Promise<Rendered> {
  const stream = new PassThrough({ highWaterMark: 256 * 1024 });
  const [stored, counts] = await Promise.all([
    job.files.write(job.companyId, job.fileId, stream),
    writeAll(job, stream),
  ]);
  return { ...stored, ...counts };
}

async function writeAll(job: RenderJob, stream: PassThrough): Promise<Omit<Rendered, 'sizeBytes' | 'sha256'>> {
  const pdf = openPdf(stream, {
    title: job.title,
    readImage: async (imageId) => asPrintable(await buffer(job.files.read(job.companyId, imageId))),
  });
  const missing = new Set<string>();
  const cut = new Set<string>();
  let documents = 0;
  let pages = 0;
  try {
    for await (const chunk of job.chunks) {
      for (const { one, template } of chunk) {
        const layout = layoutDocument(job.type, template.content, one.document);
        for (const character of layout.missing) missing.add(character);
        for (const field of layout.cut) cut.add(field);
        await pdf.add(layout);
        documents += 1;
        pages += layout.pages.length;
      }
    }
    await pdf.end();
  } catch (error) {
    pdf.fail(error as Error);
    throw error;
  }
  return { documents, pages, missing: [...missing], cut: [...cut] };
}
