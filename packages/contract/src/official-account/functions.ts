import { residentClientPath } from '../household/session.ts';

/** Pages of the resident client a menu or a reply can lead to: what they are called, and their address within it. */
export const residentFunctions = {
  home: { label: '住户首页', path: '' },
  dues: { label: '物业缴费', path: 'dues' },
  receipts: { label: '缴费记录', path: 'receipts' },
  prepaid: { label: '预存款', path: 'prepaid' },
  houses: { label: '我的房屋', path: 'houses' },
  members: { label: '家庭成员', path: 'members' },
  vehicles: { label: '我的车辆', path: 'vehicles' },
  register: { label: '住户认证', path: 'register' },
  profile: { label: '个人中心', path: 'profile' },
} as const;
export type ResidentFunction = keyof typeof residentFunctions;
/** The resident client has a screen for each of them. */
export type ResidentFunctionPath = (typeof residentFunctions)[ResidentFunction]['path'];

export const residentFunctionKeys = Object.keys(residentFunctions) as [ResidentFunction, ...ResidentFunction[]];

/** Address of a page of the resident client. `siteUrl` has no slash at its end. */
export function residentFunctionUrl(siteUrl: string, companyId: string, key: ResidentFunction): string {
  return `${siteUrl}${residentClientPath(companyId)}${residentFunctions[key].path}`;
}
