/** How residents of a community may register (EST-1). */
export const registrationModes = {
  simpleReview: '简单审核',
  openReview: '开放选房审核',
  closed: '关闭注册',
  browse: '仅验证手机',
} as const;
export type RegistrationMode = keyof typeof registrationModes;
