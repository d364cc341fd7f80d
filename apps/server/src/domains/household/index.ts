export { forgetLoosePictures } from './forget-loose-pictures.ts';
export { householdRoutes } from './household.routes.ts';
export { listOwnPaymentWays, ownKeys, paymentViewOf, requireWay } from './pay.ts';
export { payerOpenId } from './wechat/payer-open-id.ts';
export { endVisit, startVisit, type VisitedPlace, visitInMiniProgram } from './wechat/visiting-payer.ts';
export { browserCookie, visitorOpenId } from './wechat/wechat-visit.ts';
