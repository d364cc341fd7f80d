import type { ConsoleMessage, Page, Response } from 'playwright-core';

/** What went wrong in a page without anybody looking: each entry one sentence. */
export interface Watched {
  problems: string[];
  /** Refusals a test provokes on purpose, such as `409 /api/receipts`; they are part of what it tests. */
  expectRefusal(pattern: RegExp): void;
}

/** Nobody is signed in before they sign in: the page asks and is told so. */
const usualRefusals = [/^401 GET \/api\/(resident\/)?session$/];

/**
 * Collects console errors and warnings, uncaught exceptions, failed requests and refusals. Warnings count because Ant
 * Design announces there what it will drop.
 */
export function watchPage(page: Page): Watched {
  const problems: string[] = [];
  const expected = [...usualRefusals];
  page.on('console', (message) => {
    if (isProblem(message)) problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left drops what it was still loading.
    if (!reason.includes('ERR_ABORTED')) problems.push(`request failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    const said = refusalText(response);
    if (!expected.some((pattern) => pattern.test(said))) problems.push(`refused: ${said}`);
  });
  return { problems, expectRefusal: (pattern) => void expected.push(pattern) };
}

/** The browser also writes every refused request to the console; those are judged as responses. */
function isProblem(message: ConsoleMessage): boolean {
  const isLoud = message.type() === 'error' || message.type() === 'warning';
  return isLoud && !message.text().startsWith('Failed to load resource');
}

function refusalText(response: Response): string {
  return `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`;
}
