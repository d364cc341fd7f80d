import { PassThrough } from 'node:stream';
import { exampleDocument, layoutDocument } from '@anlin/print-layout';
import { defaultTemplates } from '@anlin/print-layout/default-templates';
import { openPdf } from '../../apps/server/src/domains/printing/write-pdf.ts';
import { type Bench, secondsOf, spreadOf } from './bench.ts';
import { watchMemory } from './watch-memory.ts';

/** A thousand receipts of three lines, each with a name of its own, on continuous paper into one PDF (PLT-15). */
export const printBench: Bench = {
  name: 'print',
  async run({ isQuick }) {
    const count = isQuick ? 100 : 1000;
    const { content } = defaultTemplates.find((one) => one.key === 'receipt-241x93')!;
    const write = async () => {
      const out = new PassThrough();
      out.resume();
      const pdf = openPdf(out, { title: '收据', readImage: () => Promise.reject(new Error('no pictures here')) });
      for (let index = 0; index < count; index += 1) {
        const document = exampleDocument('receipt', 3);
        document.fields.number = String(index);
        document.fields.payerName = String.fromCodePoint(
          0x4e00 + ((index * 37) % 3000),
          0x5000 + ((index * 53) % 4000),
        );
        await pdf.add(layoutDocument('receipt', content, document));
      }
      await pdf.end();
    };
    const cold = await secondsOf(write);
    const before = process.memoryUsage().rss / 2 ** 20;
    const memory = watchMemory();
    const warm: number[] = [];
    for (let round = 0; round < 3; round += 1) warm.push(await secondsOf(write));
    const grown = Math.max(0, memory.stop() - before);
    const { median } = spreadOf(warm);
    return [
      {
        name: `${count} receipts in one PDF`,
        unit: 's',
        ours: spreadOf(warm),
        bar: { text: '≤ 5 s', isReached: median <= 5 },
      },
      { name: 'the same, first time in the process (fonts are opened)', unit: 's', ours: spreadOf([cold]) },
      {
        name: 'memory that three such PDFs add',
        unit: 'MB',
        ours: spreadOf([grown]),
        bar: { text: '≤ 200 MB', isReached: grown <= 200 },
      },
    ];
  },
};
