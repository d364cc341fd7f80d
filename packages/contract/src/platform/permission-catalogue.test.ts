import { describe, expect, it } from 'vitest';
import { permissionCatalogue } from './permission-catalogue.ts';
import { allPermissions } from './permissions.ts';

describe('the catalogue of operations', () => {
  it('shows every operation once, by menu and page, viewing first', () => {
    const pages = permissionCatalogue().flatMap((menu) => menu.pages);
    const shown = pages.flatMap((page) => page.operations.map((one) => one.permission));
    expect(shown.toSorted()).toEqual(allPermissions.toSorted());
    expect(new Set(pages.map((page) => page.page)).size).toBe(pages.length);
    for (const { view, operations } of pages) if (view) expect(operations[0]?.permission).toBe(view);
    expect(
      permissionCatalogue()
        .map((menu) => menu.menu)
        .slice(0, 3),
    ).toEqual(['工作台', '基础资料', '收费']);
  });
});
