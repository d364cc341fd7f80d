import { bookStatementLine, listStatementBills, type StatementLineView } from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, sumFen } from '@anlin/money';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, DatePicker, Form, Modal, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, ReferenceSelect } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';

/** Books a payment by hand: to which house, for which bills; what is left becomes prepaid. */
export default function AssignDialog({
  line,
  onClose,
}: {
  line: StatementLineView;
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const [houseId, setHouseId] = useState<string | null>(line.targetKind === 'house' ? line.targetId : null);
  const [day, setDay] = useState<Dayjs>(dayjs(line.paidOn));
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const receivedOn = day.format('YYYY-MM-DD');
  const bills = useQuery({
    queryKey: ['bankTransfers', 'bills', houseId, receivedOn],
    queryFn: ({ signal }) =>
      call(listStatementBills, { query: { targetKind: 'house', targetId: houseId ?? '', receivedOn }, signal }),
    enabled: houseId !== null,
  });
  const rows = bills.data?.rows ?? [];
  const ticked = chosen ?? new Set(suggested(rows, parseYuan(line.amount)));
  const owedFen = sumFen(rows.filter((row) => ticked.has(row.id)).map((row) => parseYuan(row.toPay)));
  const leftFen = parseYuan(line.amount) - owedFen;
  const book = useMutation({
    mutationFn: () =>
      call(bookStatementLine, {
        params: { id: line.id },
        body: { targetKind: 'house', targetId: houseId ?? '', billIds: [...ticked], receivedOn },
      }),
    onSuccess: async ({ number, prepaid }) => {
      message.success(
        `已开收据 ${number}${prepaid === '0.00' ? '' : `，其中 ${groupThousands(prepaid)} 元转为预存款`}`,
      );
      await queries.invalidateQueries({ queryKey: ['receipts'] });
      onClose(true);
    },
  });
  return (
    <Modal
      open
      width={600}
      title={`入账：${line.payerName || '付款人不详'} ${groupThousands(line.amount)} 元`}
      okText={`入账 ${groupThousands(line.amount)} 元`}
      cancelText="取消"
      okButtonProps={{ disabled: houseId === null || !bills.data, loading: book.isPending }}
      onOk={() => book.mutate()}
      onCancel={() => onClose(false)}
    >
      <p className="muted">
        {line.paidOn} {line.remark} {line.serial}
      </p>
      <Form layout="vertical">
        <Form.Item label="房屋">
          <ReferenceSelect
            to="house"
            aria-label="房屋"
            communityId={communityId}
            value={houseId}
            placeholder="输入房号查找"
            onChange={(next) => {
              setHouseId(next);
              setChosen(undefined);
            }}
          />
        </Form.Item>
        <Form.Item label="收据日期（账已结的日子请改为之后的日子）">
          <DatePicker
            aria-label="收据日期"
            allowClear={false}
            value={day}
            maxDate={dayjs()}
            onChange={(next) => next && setDay(next)}
          />
        </Form.Item>
        {houseId === null ? null : (
          <Form.Item label="收哪些账单（都不选则全部转为预存款）">
            {rows.map((row) => (
              <div key={row.id}>
                <Checkbox
                  checked={ticked.has(row.id)}
                  onChange={(event) => {
                    const next = new Set(ticked);
                    if (event.target.checked) next.add(row.id);
                    else next.delete(row.id);
                    setChosen(next);
                  }}
                >
                  {row.name} <span className="muted">{row.targetName}</span> <MoneyText yuan={row.toPay} />
                  {row.withheldIn ? <Tag color="warning">代扣中 {row.withheldIn}</Tag> : null}
                </Checkbox>
              </div>
            ))}
            {bills.data && rows.length === 0 ? '没有欠费，全部转为预存款' : null}
          </Form.Item>
        )}
      </Form>
      {houseId !== null && bills.data ? (
        <p>
          {leftFen >= 0n
            ? `所选账单 ${formatYuan(owedFen)} 元，余下 ${formatYuan(leftFen as Fen)} 元转为预存款。`
            : `所选账单 ${formatYuan(owedFen)} 元，转账不够，按先旧后新收一部分。`}
        </p>
      ) : null}
      {(bills.error ?? book.error) ? (
        <Alert type="error" showIcon title={errorText(bills.error ?? book.error)} />
      ) : null}
    </Modal>
  );
}

/** As many of the oldest bills as the money pays whole; what a bank is withholding is left out. */
function suggested(rows: readonly { id: string; toPay: string; withheldIn: string }[], amountFen: Fen): string[] {
  const ids: string[] = [];
  let leftFen: bigint = amountFen;
  for (const row of rows) {
    const fen = parseYuan(row.toPay);
    if (row.withheldIn !== '' || fen > leftFen) continue;
    leftFen -= fen;
    ids.push(row.id);
  }
  return ids;
}
