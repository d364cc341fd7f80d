import { z } from 'zod';

/** Shapes that many endpoints share. Nothing here may transform: the reply schemas become the OpenAPI document. */

export const id = z.uuid({ error: '编号格式不对' });
export const idParams = z.object({ id });

/** A calendar day, `2026-03-01`. */
export const day = z.iso.date({ error: '日期应写成 2026-03-01 的样子' });

/** A calendar month, `2026-03`. */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份应写成 2026-03 的样子');

/** An instant, `2026-03-01T08:00:00Z`. */
export const instant = z.iso.datetime({ offset: true });

/** Yuan as a decimal string with exactly two decimals, `-12.30`; fen exact, never a float. */
export const money = z.string().regex(/^-?\d{1,15}\.\d{2}$/, '金额应为两位小数，如 275.80');

/** Yuan as a person types it, at most two decimals, not negative. */
export const moneyInput = z
  .string()
  .trim()
  .regex(/^\d{1,12}(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');

/** An exact decimal that is not negative: a price or a quantity, up to six decimals. */
export const quantityInput = z
  .string()
  .trim()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, '应为不小于 0 的数字，最多六位小数');

export const ok = z.object({ ok: z.literal(true) });
/** The reply of `ok`. */
export const okReply = { ok: true } as const;

/** Made something: its id. */
export const created = z.object({ id });

/** Started long work: the task to watch. */
export const taskStarted = z.object({ taskId: id });
