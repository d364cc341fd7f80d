import { accountKey, type Books, closedUntil, moveAccount, moveDeposit, moveMoney } from './books.ts';
import { differs, firstDifference, type RulesOf } from './rule.ts';
import { writeRefund } from './undo-rules.ts';

/** Only what was paid in goes out of an account otherwise than by paying bills. */
function refusalsOfOut(books: Books, key: string, fen: bigint): string[] {
  const account = books.accounts.get(key);
  if ((account?.fen ?? 0n) < fen) return ['prepaid.short'];
  return account!.fen - account!.bonusFen < fen ? ['prepaid.bonusStays'] : [];
}
const holdsLess = (books: Books, holder: string, fen: bigint) => books.deposits.get(holder)!.heldFen < fen;
const dayClosed = (books: Books, day: string) => (day <= closedUntil(books) ? ['books.closed'] : []);

/** What the company holds: given back, moved, turned into something else. */
export const holdingRules: RulesOf<
  'refundPrepaid' | 'refundDeposit' | 'movePrepaid' | 'keepDeposit' | 'forfeitDeposit'
> = {
  refundPrepaid: {
    refusals: (books, { account, fen, day }) => [...refusalsOfOut(books, account, fen), ...dayClosed(books, day)],
    apply(books, { account, fen, methodId, day, key }, told) {
      moveAccount(books, account, -fen);
      moveMoney(books, methodId, day, -fen);
      return writeRefund(books, key, fen, told);
    },
  },
  refundDeposit: {
    refusals: (books, { holder, fen, day }) => [
      ...(holdsLess(books, holder, fen) ? ['deposit.short'] : []),
      ...dayClosed(books, day),
    ],
    apply(books, { holder, fen, methodId, day, key }, told) {
      moveDeposit(books, holder, -fen);
      moveMoney(books, methodId, day, -fen);
      return writeRefund(books, key, fen, told);
    },
  },
  movePrepaid: {
    refusals: (books, { account, fen }) => refusalsOfOut(books, account, fen),
    apply(books, { account, toHouseId, fen }, told) {
      const to = accountKey(toHouseId, null);
      moveAccount(books, account, -fen);
      const left = books.accounts.get(account)!.fen;
      moveAccount(books, to, fen);
      return firstDifference(
        differs('left', told.leftFen, left),
        differs('balance', told.otherFen, books.accounts.get(to)!.fen),
      );
    },
  },
  keepDeposit: {
    refusals: (books, { holder, fen }) => (holdsLess(books, holder, fen) ? ['deposit.short'] : []),
    apply(books, { holder, fen }, told) {
      const deposit = books.deposits.get(holder)!;
      const to = accountKey(deposit.houseId, null);
      moveDeposit(books, holder, -fen);
      moveAccount(books, to, fen);
      return firstDifference(
        differs('held', told.leftFen, deposit.heldFen - fen),
        differs('balance', told.otherFen, books.accounts.get(to)!.fen),
      );
    },
  },
  forfeitDeposit: {
    refusals: (books, { holder, fen }) => (holdsLess(books, holder, fen) ? ['deposit.short'] : []),
    apply(books, { holder, fen }, told) {
      moveDeposit(books, holder, -fen);
      const deposit = books.deposits.get(holder)!;
      books.deposits.put({ ...deposit, forfeitedFen: deposit.forfeitedFen + fen });
      return differs('held', told.leftFen, deposit.heldFen);
    },
  },
};
