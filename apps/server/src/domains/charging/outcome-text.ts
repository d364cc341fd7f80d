import { formulaProblemText, placedFormulaProblem } from '@anlin/contract';
import type { Outcome } from '@anlin/pricing';

const quantityNames: Record<string, string> = {
  builtArea: '建筑面积',
  innerArea: '套内面积',
  sharedArea: '公摊面积',
  parkingArea: '车位面积',
  headcount: '住户人数',
  meterUsage: '抄表用量',
};

/** Why there is no bill, in words a person can act on; null when there is one. */
export function outcomeText(outcome: Outcome, quantitySource: string): string | null {
  if (outcome.kind === 'bill') return null;
  const customLabel = /^custom:(.+)$/.exec(quantitySource)?.[1];
  const quantity = customLabel === undefined ? (quantityNames[quantitySource] ?? '数量') : `“${customLabel}”`;
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
    case 'missingAmount':
      return '没有填写金额，请在标准绑定中填写“单独金额”';
    case 'negativeAmount':
      return `算出的金额 ${params.amount} 元小于 0，账单不能是负数，请检查公式或单独金额`;
    case 'badAmount':
      return `金额“${params.amount}”不是有效的金额，请检查公式或单独金额`;
    case 'missingHeadcount':
      return '没有住户人数，不能按人口计算阶梯。人口阶梯只用于房屋';
    case 'missingUsedBefore':
      return '没有本年已用量，不能按年累计计算阶梯';
    case 'formulaFailed':
      return formulaFailureText(params);
    default:
      return `无法计算（${code}），请检查收费标准`;
  }
}

function formulaFailureText(params: Readonly<Record<string, string>>): string {
  const { reason = '', position = '0' } = params;
  if (reason === 'missingValue') return formulaProblemText(reason, params);
  const place = placedFormulaProblem({ code: reason, position: Number(position), params });
  return `公式无法计算（${place}），请检查公式和档案`;
}

/** A target that cannot be billed and ought to be: reported, never billed as 0. The other outcomes are by intention. */
export function isFailure(outcome: Outcome): boolean {
  return outcome.kind === 'failed' || (outcome.kind === 'noBill' && outcome.reason === 'zeroQuantity');
}
