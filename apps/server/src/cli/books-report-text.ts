import type { BooksReport, Check } from '../domains/finance/index.ts';

/** The report of one company as a table a person reads in a terminal. */
export function booksReportText(report: BooksReport): string {
  const width = Math.max(...report.checks.map(({ title }) => displayWidth(title)));
  const lines = report.checks.flatMap((check) => [
    `  ${check.wrong === 0 ? '✓' : '✗'} ${padTo(check.title, width)}  ${figures(check)}`,
    ...check.examples.map(({ id, detail }) => `      ${id}  ${detail}`),
  ]);
  const head = `${report.companyName}（${report.companyId}）`;
  const wrong = report.checks.filter((check) => check.wrong > 0).length;
  const verdict = report.isSound ? '账目相符' : `有 ${wrong} 项不符`;
  return [head, ...lines, `  ${verdict}`].join('\n');
}

function figures({ checked, wrong }: Check): string {
  const count = `核对 ${checked.toLocaleString('zh-CN')}`;
  return wrong === 0 ? count : `${count}，不符 ${wrong.toLocaleString('zh-CN')}，最先的几条：`;
}

/** Chinese characters and full-width signs take two columns. */
function displayWidth(text: string): number {
  return [...text].reduce((sum, one) => sum + (/[\u1100-\u115f\u2e80-\uffe6]/.test(one) ? 2 : 1), 0);
}

function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
