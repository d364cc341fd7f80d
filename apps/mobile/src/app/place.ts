import { type ClientPlace, placeOf } from '@anlin/contract';

/** Where this page runs; WeChat's web-views also say so by a global of theirs. */
export const place: ClientPlace =
  placeOf(navigator.userAgent) === 'wechat' && window.__wxjs_environment === 'miniprogram'
    ? 'miniProgram'
    : placeOf(navigator.userAgent);

declare global {
  interface Window {
    __wxjs_environment?: string;
  }
}
