import type { Locator, Page } from 'playwright-core';

/** Opens the select with this label and chooses an option by its text, typing it where the select is searched. */
export async function choose(page: Page, within: Page | Locator, label: string, option: string): Promise<void> {
  const box = within.getByLabel(label, { exact: true }).and(page.getByRole('combobox'));
  await box.click({ force: true });
  if (await box.isEditable()) await box.fill(option);
  await page
    .locator('.ant-select-dropdown:visible .ant-select-item-option')
    .filter({ hasText: option })
    .first()
    .click();
}

/** Types a day into a date field, as `2026-03-01`. */
export async function enterDay(within: Page | Locator, label: string, day: string): Promise<void> {
  const box = within.getByLabel(label, { exact: true });
  await box.fill(day);
  await box.press('Enter');
}
