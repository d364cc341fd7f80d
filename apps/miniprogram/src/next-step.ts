/** Where a page leads: to a path of the site, to a sentence a person reads, back to the page before, or nowhere yet. */
export type NextStep =
  | { kind: 'go'; path: string }
  | { kind: 'say'; sentence: string }
  | { kind: 'back' }
  | { kind: 'stay' };

export const say = (sentence: string): NextStep => ({ kind: 'say', sentence });

/** Address of the first page of the mini-program, showing a path of the site. */
export const pageShowing = (path: string): string => `/pages/index/index?to=${encodeURIComponent(path)}`;

/** A second call while the first is under way is the second of two taps: it does nothing. */
export function oneAtATime<Given extends unknown[]>(
  act: (...given: Given) => Promise<NextStep>,
): (...given: Given) => Promise<NextStep> {
  let isUnderWay = false;
  return async (...given) => {
    if (isUnderWay) return { kind: 'stay' };
    isUnderWay = true;
    try {
      return await act(...given);
    } finally {
      isUnderWay = false;
    }
  };
}
