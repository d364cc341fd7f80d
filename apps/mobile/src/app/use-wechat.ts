import type { ResidentView } from '@anlin/contract';
import { useEffect, useState } from 'react';
import { place } from './place.ts';

/**
 * Inside WeChat: lets the server know the account of whoever is signed in, and tries the way back in for whoever is not. True while
 * it is not yet known whether somebody gets in so. `resident`: undefined until it is known who is signed in, null: nobody.
 */
export function useWechat(companyId: string | undefined, resident: ResidentView | null | undefined): boolean {
  const [isDoorTried, setDoorTried] = useState(place !== 'wechat');
  const who = resident && `${resident.resident?.id ?? ''} ${resident.phone}`;
  useEffect(() => {
    if ((place !== 'wechat' && place !== 'miniProgram') || who === undefined || !companyId) return;
    let isGone = false;
    void import('./wechat-identity.ts').then(async ({ enterByWechat, identify }) => {
      if (isGone) return;
      if (who !== null) {
        await identify();
        if (place === 'miniProgram') await import('./subscriptions.ts').then(({ tellAnswer }) => tellAnswer());
        return;
      }
      if (!isDoorTried) await enterByWechat(companyId);
      setDoorTried(true);
    });
    return () => {
      isGone = true;
    };
  }, [companyId, who, isDoorTried]);
  return resident === null && !isDoorTried;
}
