import { type DomainError, dunningChannels, dunningFail, dunningReasons } from '@anlin/contract';
import type { Foreseen } from './foresee.ts';

/** Why a household is not told, naming since when and until when where it was told lately. */
export function refusalOf({ weighed, reason, hold }: Foreseen): DomainError {
  const { place, draft } = weighed;
  const channel = dunningChannels[draft.channel];
  if (hold) return dunningFail('dunning.allHeld', { place, channel, since: hold.since, until: hold.until });
  return dunningFail('dunning.unreachable', { place, channel, reason: dunningReasons[reason ?? 'settled'] });
}

export const refusalText = (one: Foreseen): string => refusalOf(one).message;
