import { addFen, formatYuan, minFen, parseYuan, subtractFen, zeroFen } from '@anlin/money';
import { Alert, Modal } from 'antd';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import type { Tendering } from './desk-money.ts';
import { type DeskLine, type DeskPlan, type PlannedBill, reducedFen } from './desk-plan.ts';

interface ConfirmDialogProps {
  plan: DeskPlan;
  lines: readonly DeskLine[];
  tendering: Tendering;
  total: string;
  methodName: (id: string) => string;
  isCollecting: boolean;
  /** Why the server refused it; empty when it did not. */
  problem: string;
  /** Whether bills are of several houses, so that each says whose it is. */
  hasSeveralTargets: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

/** What the receipt will say, before it is written: how the money is shared out, what is given up, how it is paid. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { plan, lines, tendering, total, methodName, isCollecting, problem, onCancel, onConfirm } = props;
  const withheld = plan.bills.filter(({ bill }) => bill.withheldIn !== '');
  return (
    <Modal
      open
      width={620}
      title="核对后收款"
      okText={`确认收款 ${groupThousands(total)} 元`}
      cancelText="返回修改"
      okButtonProps={{ autoFocus: true, loading: isCollecting }}
      onOk={onConfirm}
      onCancel={onCancel}
    >
      {withheld.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={`其中 ${withheld.length} 张账单正在银行代扣（批次 ${withheld[0]?.bill.withheldIn}）。现在收款，银行扣到的钱会转为预存款，确定仍要收吗？`}
        />
      )}
      <table className={styles.split}>
        <tbody>
          {plan.bills.map((one) => (
            <BillLine key={one.bill.id} one={one} saysWhose={props.hasSeveralTargets} />
          ))}
          {lines.map((line) => (
            <tr key={`${line.kind}${line.name}${line.amount}${line.text}`}>
              <td className={styles.splitCell}>{line.name}</td>
              <td className={`muted ${styles.splitCell}`}>{line.text}</td>
              <td className={styles.splitAmount}>{groupThousands(line.amount)}</td>
            </tr>
          ))}
        </tbody>
        <tbody className={styles.splitPaid}>
          {plan.offsets.map((one) => (
            <tr key={one.id}>
              <td className={styles.splitCell}>{one.name}</td>
              <td className={`muted ${styles.splitCell}`}>抵扣</td>
              <td className={styles.splitAmount}>{groupThousands(formatYuan(one.amountFen))}</td>
            </tr>
          ))}
          {tendering.tenders.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tenders have no other identity here.
            <tr key={index}>
              <td className={styles.splitCell}>{methodName(one.paymentMethodId)}</td>
              <td className={`muted ${styles.splitCell}`}>{one.reference}</td>
              <td className={styles.splitAmount}>{groupThousands(one.amount)}</td>
            </tr>
          ))}
          {tendering.change === '0.00' ? null : (
            <tr>
              <td className={styles.splitCell}>找零</td>
              <td />
              <td className={styles.splitAmount}>{groupThousands(tendering.change)}</td>
            </tr>
          )}
        </tbody>
      </table>
      {problem === '' ? null : <Alert type="error" showIcon title={problem} />}
    </Modal>
  );
}

function BillLine({ one, saysWhose }: { one: PlannedBill; saysWhose: boolean }) {
  const { bill, payFen, mostFen, lateFeeWaivedFen } = one;
  const lateFeeFen = minFen(payFen, subtractFen(parseYuan(bill.lateFee), lateFeeWaivedFen));
  const leftFen = subtractFen(mostFen, payFen);
  const words = [
    ...(reducedFen(one) === zeroFen ? [] : [`优惠 ${formatYuan(reducedFen(one))}`]),
    ...(lateFeeFen === zeroFen
      ? []
      : [`违约金 ${formatYuan(lateFeeFen)} + 本金 ${formatYuan(subtractFen(payFen, lateFeeFen))}`]),
    ...(leftFen === zeroFen ? [] : [`应付 ${formatYuan(addFen(payFen, leftFen))}，还欠 ${formatYuan(leftFen)}`]),
  ];
  return (
    <tr>
      <td className={styles.splitCell}>
        {bill.chargeItemName} {bill.periodText}
        {saysWhose ? <div className="muted">{bill.targetName}</div> : null}
      </td>
      <td className={`muted ${styles.splitCell}`}>{words.join('；')}</td>
      <td className={styles.splitAmount}>{groupThousands(formatYuan(payFen))}</td>
    </tr>
  );
}
