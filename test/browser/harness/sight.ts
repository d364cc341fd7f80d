import type { Page } from 'playwright-core';

/** Smallest side of what a thumb must hit, in CSS pixels (WCAG 2.2 2.5.8 asks 24; ours is a phone's). */
const smallestTarget = 44;

/**
 * Texts that are hard to read on what lies behind them (WCAG 1.4.3): below 4.5, or 3 where they are large. Colours are what the
 * browser computed; behind a gradient the colour nearest to the text counts. Switched-off controls are exempt.
 */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    const coloursIn = (text: string): Colour[] =>
      [...text.matchAll(/rgba?\(([^)]+)\)/g)].map((found) => {
        const [red = 0, green = 0, blue = 0, alpha = 1] = found[1]!.split(/[\s,/]+/).map(Number);
        return [red, green, blue, alpha];
      });
    const brightness = (colour: Colour) => {
      const part = (value: number) => {
        const share = value / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2]);
    };
    const contrast = (one: Colour, other: Colour) => {
      const [light, dark] = [brightness(one), brightness(other)].sort((left, right) => right - left) as [
        number,
        number,
      ];
      return (light + 0.05) / (dark + 0.05);
    };
    const behind = (element: Element): Colour[] => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        const painted = [...coloursIn(style.backgroundImage), ...coloursIn(style.backgroundColor)];
        const solid = painted.filter((colour) => colour[3] > 0.5);
        if (solid.length > 0) return solid;
      }
      return [[255, 255, 255, 1]];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!element || text === '' || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        continue;
      if (element.closest(':disabled, [aria-disabled="true"], .hidden, script, style, option')) continue;
      const style = getComputedStyle(element);
      const [colour] = coloursIn(style.color);
      if (!colour) continue;
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const found = Math.min(...behind(element).map((back) => contrast(colour, back)));
      if (found < (isLarge ? 3 : 4.5)) faint.push(`${found.toFixed(2)} ${text.slice(0, 30)}`);
    }
    return faint;
  });
}

/** Buttons, links and fields a thumb would miss; a link within a sentence and what only screen readers meet are exempt. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const wanted = 'button, a[href], input:not([type=hidden]), select, textarea';
    return [...document.querySelectorAll<HTMLElement>(wanted)].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.hint, .choice')) return [];
      // A box or a hidden input within a label is hit anywhere on the label.
      const hit = element.closest('label') ?? element;
      const { width, height } = hit.getBoundingClientRect();
      const isCheck = element instanceof HTMLInputElement && /checkbox|radio/.test(element.type);
      const most = isCheck && hit === element ? 24 : least;
      return height + 0.5 >= most && width + 0.5 >= Math.min(most, least)
        ? []
        : [`${Math.round(width)}×${Math.round(height)} ${element.outerHTML.slice(0, 120)}`];
    });
  }, smallestTarget);
}

/**
 * Presses Tab through the page and says what received focus without showing it, and whether focus jumps back up the page by more than
 * a screen: a keyboard then goes where the eye does not.
 */
export async function unseenFocus(page: Page, steps: number): Promise<string[]> {
  const problems: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const shows = (one: Element | null) => {
        if (!one) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      };
      // Inputs that are drawn by their label show focus there.
      const isShown = shows(element) || shows(element.nextElementSibling) || shows(element.closest('label'));
      return isShown ? '' : element.outerHTML.slice(0, 120);
    });
    if (found === null) return problems;
    if (found !== '') problems.push(found);
  }
  return problems;
}

/** What every page must say of itself: its language, one first heading, one main part, a title. */
export function missingLandmarks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const count = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility()).length;
    return [
      ...(document.documentElement.lang === 'zh-CN' ? [] : ['no language']),
      ...(document.title.trim() === '' ? ['no title'] : []),
      ...(count('h1') === 1 ? [] : [`${count('h1')} first headings`]),
      ...(count('main') === 1 ? [] : [`${count('main')} main parts`]),
    ];
  });
}
