import type { Configuration } from './configuration.ts';

/** The one file a company fills in; README.md says where each value comes from. */
export const configuration: Configuration = {
  /** Where residents open Anlin: https, no path, no slash at the end. Such as `https://wuye.example.com`. */
  siteAddress: '',
  /** The eight characters after `/m/` in the address of the residents' client. */
  companyCode: '',
  /** Of the company's own mini-program; `touristappid` only opens in WeChat's developer tool. */
  appId: 'touristappid',
};
