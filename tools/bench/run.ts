import { cpus, totalmem } from 'node:os';
import type { Bench, BenchResult, Spread } from './bench.ts';
import { deskBench } from './desk.ts';
import { openEnvironment } from './environment.ts';
import { exportBench } from './export-houses.ts';
import { importBench } from './import-houses.ts';
import { billListBench } from './list-bills.ts';
import { listBench } from './list-houses.ts';
import { printBench } from './print.ts';
import { raisingBench } from './raise-bills.ts';
import { reportsBench } from './reports.ts';
import { residentPageBench } from './resident-page.ts';
import { rowSecurityBench } from './row-security.ts';
import { paymentBench } from './take-payment.ts';

/**
 * `npm run bench [-- --json] [-- --quick | --large] [-- name …]`: ours against the reference in the same run, in turn.
 * Figures depend on the machine; ratios do much less.
 */
const benches: readonly Bench[] = [
  raisingBench,
  paymentBench,
  listBench,
  billListBench,
  deskBench,
  rowSecurityBench,
  importBench,
  printBench,
  exportBench,
  reportsBench,
  residentPageBench,
];

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const isQuick = args.includes('--quick');
const isLarge = args.includes('--large');
const wanted = args.filter((arg) => !arg.startsWith('-'));
const say = (message: string) => process.stderr.write(`${message}\n`);

const figure = (value: number) =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
const spread = ({ median, min, max }: Spread) => `${figure(median)} (${figure(min)}–${figure(max)})`;

function print(result: BenchResult): void {
  const parts = [`ours ${spread(result.ours)} ${result.unit}`];
  if (result.reference) parts.push(`reference ${spread(result.reference)} ${result.unit}`);
  if (result.ratio) parts.push(`ratio ${spread(result.ratio)}`);
  if (result.bar) parts.push(`${result.bar.isReached ? '✓' : '✗'} bar ${result.bar.text}`);
  console.log(`${result.name}\n  ${parts.join('\n  ')}${result.note ? `\n  ${result.note}` : ''}`);
}

const chosen = wanted.length === 0 ? benches : benches.filter((bench) => wanted.includes(bench.name));
if (chosen.length === 0) throw new Error(`no such bench; there are ${benches.map((bench) => bench.name).join(', ')}`);
const results: BenchResult[] = [];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
if (!isJson) console.log(`${machine}${isQuick ? ', quick run: sizes too small to prove anything' : ''}\n`);
for (const bench of chosen) {
  say(`… ${bench.name}`);
  const environment = await openEnvironment({ isQuick, isLarge }, say);
  try {
    const found = await bench.run(environment);
    results.push(...found);
    if (!isJson) for (const result of found) print(result);
  } finally {
    await environment.close();
  }
}
if (isJson) console.log(JSON.stringify({ machine, isQuick, results }, null, 2));
