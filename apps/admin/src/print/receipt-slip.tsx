import type { ReceiptDetail } from '@anlin/contract';
import { groupThousands, instantText } from '../resource-ui/text-of.ts';

interface ReceiptSlipProps {
  receipt: ReceiptDetail;
  /** At the left of the heading; null without one. */
  logoUrl: string | null;
  paper: 'a4' | '241x93';
  isReprint: boolean;
}

/** The paper a payer takes home. Its head repeats on every page, its foot stands once at the end. */
export function ReceiptSlip({ receipt, logoUrl, paper, isReprint }: ReceiptSlipProps) {
  const hasLateFee = receipt.lateFeeTotal !== '0.00';
  const hasSeveralTargets = new Set(receipt.lines.map((line) => line.targetName)).size > 1;
  const columns = hasLateFee ? 5 : 4;
  return (
    <article className="slip" data-paper={paper}>
      <table>
        <thead>
          <tr>
            <td colSpan={columns} className="slip-head">
              <div className="slip-title">
                <span className="slip-marks">
                  {logoUrl === null ? null : <img className="slip-logo" src={logoUrl} alt="" />}
                  {isReprint ? <b>补打</b> : null}
                  {receipt.state === 'reversed' ? <b>已撤销</b> : null}
                </span>
                <h1>{receipt.companyName} 收款收据</h1>
                <span className="slip-number">No. {receipt.number}</span>
              </div>
              <div className="slip-facts">
                <span>小区：{receipt.communityName}</span>
                <span>房屋：{receipt.targetName}</span>
                <span>付款人：{receipt.payerName || '—'}</span>
                <span>收款日期：{receipt.receivedOn}</span>
              </div>
            </td>
          </tr>
          <tr className="slip-columns">
            <th>收费项目</th>
            <th>期间</th>
            <th>计算</th>
            {hasLateFee ? <th className="slip-amount">违约金</th> : null}
            <th className="slip-amount">金额（元）</th>
          </tr>
        </thead>
        <tbody>
          {receipt.lines.map((line) => (
            <tr key={line.billId}>
              <td>
                {line.chargeItemName}
                {hasSeveralTargets ? <span className="slip-whose">{line.targetName}</span> : null}
              </td>
              <td className="slip-period">{line.periodText}</td>
              <td className="slip-sentence">{line.sentence}</td>
              {hasLateFee ? <td className="slip-amount">{line.lateFee === '0.00' ? '' : line.lateFee}</td> : null}
              <td className="slip-amount">{groupThousands(line.sum)}</td>
            </tr>
          ))}
        </tbody>
        {/* In the table, so that the head stands above it when it alone goes to another page. */}
        <tbody className="slip-foot">
          <tr>
            <td colSpan={columns}>
              <div className="slip-total">
                <span>
                  合计（大写）：<b>{receipt.totalInWords}</b>
                </span>
                <span>
                  ￥<b>{groupThousands(receipt.total)}</b>
                </span>
              </div>
              <div className="slip-facts">
                <span>
                  支付：
                  {receipt.tenders
                    .map(
                      ({ name, amount, reference }) =>
                        `${name} ${groupThousands(amount)}${reference && `（${reference}）`}`,
                    )
                    .join('，')}
                </span>
                {receipt.change === '0.00' ? null : (
                  <span>
                    收现金 {groupThousands(receipt.cashTendered)}，找零 {groupThousands(receipt.change)}
                  </span>
                )}
                {hasLateFee ? <span>其中违约金 {groupThousands(receipt.lateFeeTotal)}</span> : null}
                {receipt.note === '' ? null : <span>备注：{receipt.note}</span>}
              </div>
              <div className="slip-facts">
                <span>收款人：{receipt.cashierName}</span>
                <span>开票时间：{instantText(receipt.receivedAt)}</span>
                {receipt.servicePhone === '' ? null : <span>服务电话：{receipt.servicePhone}</span>}
                <span className="slip-seal">收款单位（盖章）：</span>
              </div>
            </td>
          </tr>
        </tbody>
      </table>
    </article>
  );
}
