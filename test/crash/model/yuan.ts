/** Yuan as they go over the wire, and fen as the model counts them: its own two lines, not the product's. */
export const yuanOf = (fen: bigint) => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
export const fenOf = (yuan: string) => BigInt(yuan.replace('.', ''));

export function least(one: bigint, other: bigint): bigint {
  if (one < other) return one;
  return other;
}
