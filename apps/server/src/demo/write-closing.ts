import { closeBooks, previewBooks } from '../domains/finance/index.ts';
import { fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';

/** Closes a day of a community with all that stand open before it, by the figures as they are. */
export async function writeClosing(
  ctx: Context,
  at: { communityId: string; staff: { id: string; name: string }; now: string; lastDay: string },
): Promise<void> {
  const own: Context = { ...ctx, clock: fixedClock(at.now), actor: { kind: 'staff', ...at.staff } };
  const day = { communityId: at.communityId, kind: 'day' as const, lastDay: at.lastDay };
  const { hash } = await previewBooks(own, day);
  await closeBooks(own, { ...day, expectedHash: hash });
}
