import { type NextStep, pageShowing } from './next-step.ts';

/** Does what was decided: `show` puts a sentence on the page. */
export function takeStep(step: NextStep, show: (sentence: string) => void): void {
  if (step.kind === 'say') show(step.sentence);
  if (step.kind === 'go') wx.reLaunch({ url: pageShowing(step.path) });
  if (step.kind === 'back') leave();
}

/** To the page before; to the first page where there is none. */
export function leave(): void {
  if (getCurrentPages().length > 1) wx.navigateBack();
  else goHome();
}

export function goHome(): void {
  wx.reLaunch({ url: '/pages/index/index' });
}
