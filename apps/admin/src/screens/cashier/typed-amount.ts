import { type Fen, parseYuan, zeroFen } from '@anlin/money';

/** Rule of a form: yuan above nothing and no more than there is. */
export function amountRule(mostYuan: string, whatIsThere: string) {
  return {
    validator(_: unknown, typed: string | undefined) {
      const text = (typed ?? '').trim();
      if (!/^\d{1,11}(\.\d{1,2})?$/.test(text)) return Promise.reject(new Error('请填写金额，最多两位小数'));
      const amountFen: Fen = parseYuan(text);
      if (amountFen === zeroFen) return Promise.reject(new Error('金额应大于 0'));
      if (amountFen > parseYuan(mostYuan)) return Promise.reject(new Error(`最多 ${mostYuan} 元（${whatIsThere}）`));
      return Promise.resolve();
    },
  };
}
