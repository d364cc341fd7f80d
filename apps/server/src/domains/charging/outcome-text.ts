import type { Outcome } from '@anlin/pricing';

const quantityNames: Record<string, string> = {
  builtArea: '建筑面积',
  innerArea: '套内面积',
  sharedArea: '公摊面积',
  parkingArea: '车位面积',
};

/** Why there is no bill, in words a person can act on; null when there is one. */
export function outcomeText(outcome: Outcome, quantitySource: string): string | null {
  if (outcome.kind === 'bill') return null;
  const quantity = quantityNames[quantitySource] ?? '数量';
  if (outcome.kind === 'noBill') {
    switch (outcome.reason) {
      case 'belowMinimumDays':
        return '不足收费天数，按收费项目的规定不收';
      case 'zeroAmount':
        return '金额为 0，不生成账单';
      case 'zeroQuantity':
        return `${quantity}为 0，请先在档案中填写${quantity}`;
    }
  }
  const { code, params } = outcome.error;
  switch (code) {
    case 'missingQuantity':
      return `没有填写${quantity}，请先在档案中填写`;
    case 'missingPrice':
      return `${params.day} 还没有价格，请在收费标准中补上这天的价格`;
    case 'badQuantity':
    case 'negativeQuantity':
      return `${quantity}“${params.quantity}”不是有效的数字，请改正`;
    case 'badPrice':
    case 'negativePrice':
      return `单价“${params.price}”不是有效的价格，请改正`;
    default:
      return `无法计算（${code}），请检查收费标准`;
  }
}

/** A target that cannot be billed and ought to be: reported, never billed as 0. The other outcomes are by intention. */
export function isFailure(outcome: Outcome): boolean {
  return outcome.kind === 'failed' || (outcome.kind === 'noBill' && outcome.reason === 'zeroQuantity');
}
