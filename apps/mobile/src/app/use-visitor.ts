import { useEffect, useState } from 'react';
import { place } from './place.ts';
import type { VisitErrand } from './wechat-identity.ts';

const isInWechat = place === 'wechat' || place === 'miniProgram';

/** Inside WeChat the account that pays is asked for first, which leads to WeChat and back. True once the page can go on. */
export function useVisitor(errand: VisitErrand, token: string): boolean {
  const [isReady, setReady] = useState(!isInWechat);
  useEffect(() => {
    if (!isInWechat) return;
    let isGone = false;
    void import('./wechat-identity.ts').then(async ({ identifyVisitor }) => {
      await identifyVisitor(errand, token);
      if (!isGone) setReady(true);
    });
    return () => {
      isGone = true;
    };
  }, [errand, token]);
  return isReady;
}
