import { defineErrors, raiser } from '../errors.ts';

/** What a resident can meet on the phone. Sentences are for people who do not know the system. */
export const householdErrors = defineErrors({
  'household.companyUnknown': {
    status: 404,
    text: '没有找到这家物业公司。请扫描小区里张贴的二维码，或向服务中心索取正确的地址',
  },
  'household.noSms': {
    status: 409,
    text: '{company}还没有开通短信，暂时不能用手机号登录。请联系服务中心',
  },
  'household.codeTooOften': { status: 429, text: '获取验证码太频繁，请 {seconds} 秒后再试' },
  'household.codeWrong': {
    status: 422,
    text: '验证码不对或已过期。请核对短信，或重新获取；同一个验证码最多试 5 次',
  },
  'household.notRegistered': { status: 403, text: '您的手机号还没有登记住户，请先选择小区和房屋提交申请' },
  'household.chooseNothing': { status: 422, text: '请先选择要支付的账单，或填写预存金额' },
  'household.payOrder': { status: 409, text: '{community}{rule}。请把 {missing} 也选上' },
  'household.oneThing': { status: 422, text: '存入预存款、预缴和付账单请分开进行' },
  'household.prepaidChanged': {
    status: 409,
    text: '预存款现在能付 {prepaid} 元，与您看到的不同。请刷新页面核对后再付',
  },
  'household.prepaidShort': {
    status: 409,
    text: '预存款不够：所选账单共 {total} 元，预存款能付 {prepaid} 元。请减少账单，或其余部分在线支付',
  },
  'household.prepaidCovers': { status: 409, text: '预存款足够付清所选账单，请直接用预存款支付' },
  'household.advanceChanged': { status: 409, text: '预缴的金额已变为 {total} 元，请核对后再付' },
  'household.sumWrong': { status: 422, text: '所选账单共 {bills} 元，要付的是 {total} 元。请刷新页面后再付' },
  'household.advanceBlocked': { status: 409, text: '{reason}' },
  'household.advanceNothing': { status: 409, text: '到 {month} 的账单都已经有了，没有要预缴的' },
  'household.invoiceRefused': { status: 409, text: '现在不能开票：{reason}' },
  'household.payLinkEnded': { status: 404, text: '这个代付链接已失效，请让对方重新发一个' },
  'household.tooManyPictures': { status: 429, text: '今天上传的照片太多了，请明天再试，或把照片交给服务中心' },
  'household.payLinkChanged': { status: 409, text: '应付金额已变为 {total} 元，请刷新页面后再付' },
  'household.wechatOff': {
    status: 409,
    text: '物业还没有接通{account}，暂时不能在微信里付款。请用手机浏览器打开本页，或到服务中心缴费',
  },
  'household.wechatState': { status: 422, text: '微信授权已过期，或不是从这个页面发起的。请重新打开页面' },
  'household.wechatCode': { status: 422, text: '微信没有确认您的身份（{answer}）。请重新打开页面再试' },
  'household.wechatSilent': { status: 503, text: '微信暂时没有应答，请稍后再试' },
  'household.wechatNeeded': {
    status: 409,
    text: '要先由微信确认是您本人的微信。请重新打开页面，再点一次',
  },
  'household.wechatUnknown': { status: 401, text: '这个微信还没有登录过，请用手机号和验证码登录' },
  'household.picturesOnly': { status: 422, text: '只能上传照片（JPG、PNG 或 WebP），请重新选择' },
});

export const householdFail = raiser(householdErrors);
