import type { Page } from 'playwright-core';

/** How far the page is wider than the window, in pixels; 0 when nothing has to be scrolled sideways. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
}

/** Every control, image and heading that a screen reader could not name, as short pieces of its HTML. */
export function unnamedControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const textOfIds = (ids: string | null) =>
      (ids ?? '')
        .split(/\s+/)
        .map((id) => (id === '' ? '' : (document.getElementById(id)?.textContent ?? '')))
        .join('');
    const nameOf = (element: HTMLElement) =>
      [
        element.getAttribute('aria-label'),
        textOfIds(element.getAttribute('aria-labelledby')),
        element instanceof HTMLInputElement ||
        element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement
          ? [...(element.labels ?? [])].map((label) => label.textContent).join('')
          : '',
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.placeholder : '',
        element.closest('label')?.textContent,
        element.getAttribute('title') ?? element.parentElement?.getAttribute('title'),
        element.getAttribute('alt'),
        ...[...element.querySelectorAll('[aria-label]')].map((part) => part.getAttribute('aria-label')),
        element instanceof HTMLInputElement ? '' : element.textContent,
        // An antd Select shows its placeholder or value beside its own input.
        element.closest('.ant-select')?.textContent,
      ]
        .join('')
        .trim();
    const isHidden = (element: HTMLElement) =>
      element.closest('[aria-hidden="true"], [hidden]') !== null ||
      !element.checkVisibility({ visibilityProperty: true });
    const wanted = 'input:not([type=hidden]), textarea, select, button, a[href], [role=button], img, h1, h2';
    return [...document.querySelectorAll<HTMLElement>(wanted)]
      .filter((element) => !isHidden(element) && nameOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 200));
  });
}

/** Ids that stand twice in the page: labels then point at the wrong control. */
export function repeatedIds(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  });
}
