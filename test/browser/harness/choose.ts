import type { Locator, Page } from 'playwright-core';

const looks = 3;
const shownMs = 6_000;

/**
 * Opens the select with this label and chooses an option by its text, typing it where the select is searched. As a person
 * does, looks whether it is chosen then, and chooses again where the list changed under the click.
 */
export async function choose(page: Page, within: Page | Locator, label: string, option: string): Promise<void> {
  const box = within.getByLabel(label, { exact: true }).and(page.getByRole('combobox'));
  const select = box.locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " ant-select ")][1]');
  const options = page.locator('.ant-select-dropdown:visible .ant-select-item-option');
  // A select of several may have no room for the tag; its list stays open then.
  const ticked = page.locator('.ant-select-dropdown:visible .ant-select-item-option-selected');
  const chosen = select
    .filter({ hasText: option })
    .or(ticked.filter({ hasText: option }))
    .first();
  for (let look = 1; ; look += 1) {
    await box.click({ force: true });
    if (await box.isEditable()) await box.fill(option);
    await options.filter({ hasText: option }).first().click();
    try {
      return await chosen.waitFor({ timeout: shownMs });
    } catch (error) {
      if (look === looks) throw error;
    }
  }
}

/** Types a day into a date field, as `2026-03-01`. */
export async function enterDay(within: Page | Locator, label: string, day: string): Promise<void> {
  const box = within.getByLabel(label, { exact: true });
  await box.fill(day);
  await box.press('Enter');
}
