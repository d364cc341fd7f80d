import { expect, test, vi } from 'vitest';

test('amounts and explanations work in a browser that has no Temporal', async () => {
  vi.resetModules();
  vi.stubGlobal('Temporal', undefined);
  try {
    const { explain, explainLateFee } = await import('./explanation.ts');
    const { formatYuan, parseYuan, toChineseAmount } = await import('@anlin/money');
    expect(explain({ q: '98.50', u: '㎡', p: '2.80', m: '1', a: '275.80' })).toBe(
      '98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元',
    );
    expect(explainLateFee({ s: [], rate: '0.0005', a: '0.00' })).toBe('0.00元');
    expect(formatYuan(parseYuan('275.80'))).toBe('275.80');
    expect(toChineseAmount(parseYuan('275.80'))).toBe('贰佰柒拾伍元捌角整');
    // The other packages may need it when called, but not when loaded.
    await import('./index.ts');
    await import('@anlin/calendar');
  } finally {
    vi.unstubAllGlobals();
  }
});
