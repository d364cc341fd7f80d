import type { Configuration } from './configuration.ts';
import { type NextStep, say } from './next-step.ts';
import { pathOnSite } from './site-address.ts';
import { isCancelled, reasonOf, type Wechat } from './wechat.ts';

/** Reads a QR code and leads to its address, if that is one of the site. */
export const scanAddress = (wechat: Pick<Wechat, 'scanCode'>, { siteAddress }: Configuration): Promise<NextStep> =>
  new Promise((resolve) => {
    wechat.scanCode({
      scanType: ['qrCode'],
      success: ({ result }) => {
        // A code says where it leads as a whole address: a bare path may be anything.
        const path = result.trim().startsWith('/') ? null : pathOnSite(siteAddress, result);
        resolve(path === null ? say('这不是本物业的二维码，没有打开。') : { kind: 'go', path });
      },
      fail: (failure) => resolve(isCancelled(failure) ? { kind: 'back' } : say(`没有扫成：${reasonOf(failure)}`)),
    });
  });
