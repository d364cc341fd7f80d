import { randomBytes } from 'node:crypto';

/** Tokens of one kind of provider: made for an id and secret that fit, known until they are forgotten. */
export interface TokenDesk {
  /** The present token of an application; the same one until it is forgotten. */
  issue(application: string, isForced: boolean): string;
  applicationOf(token: string | null): string | undefined;
  forgetAll(): void;
}

export function makeTokenDesk(): TokenDesk {
  const byApplication = new Map<string, string>();
  return {
    issue(application, isForced) {
      const kept = byApplication.get(application);
      if (kept && !isForced) return kept;
      const token = randomBytes(24).toString('base64url');
      byApplication.set(application, token);
      return token;
    },
    applicationOf: (token) => [...byApplication].find(([, one]) => one === token)?.[0],
    forgetAll: () => byApplication.clear(),
  };
}
