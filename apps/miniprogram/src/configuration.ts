export interface Configuration {
  siteAddress: string;
  companyCode: string;
  appId: string;
}

/** Plain http only to one's own machine, for the developer tool. */
const sitePattern = /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;

/** What keeps the mini-program from working, in Chinese sentences; empty when it is filled in. */
export function problemsOf({ siteAddress, companyCode, appId }: Configuration): string[] {
  const problems: string[] = [];
  if (siteAddress === '') problems.push('还没有填写站点地址（siteAddress）');
  else if (!sitePattern.test(siteAddress))
    problems.push('站点地址（siteAddress）应为 https:// 加小写域名，后面不带路径和斜杠');
  if (companyCode === '') problems.push('还没有填写公司代码（companyCode）');
  else if (!/^[0-9a-f]{8}$/.test(companyCode))
    problems.push('公司代码（companyCode）应为住户端地址里 /m/ 后面的 8 位字符');
  if (appId === '') problems.push('还没有填写小程序 AppID（appId）');
  return problems;
}
