import { closeShift, type EndpointReply, previewShift, shiftResource } from '@anlin/contract';
import { formatYuan, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Input, Modal, Radio, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { groupThousands, instantText } from '../../resource-ui/index.ts';
import { CashCount } from './cash-count.tsx';
import styles from './shift.module.css';
import { countedProblem, emptyNotes, type Notes, notesFen, readCounted } from './shift-count.ts';
import { ShiftFigures } from './shift-figures.tsx';

type Preview = EndpointReply<typeof previewShift>;

interface CloseShiftDialogProps {
  communityId: string;
  /** Another cashier's, for whom it is closed. */
  staffId: string | undefined;
  /** With the id of the shift when it was closed. */
  onClose: (shiftId?: string) => void;
}

/** Shows what is to be handed over now, takes what was counted, and closes just that. */
export default function CloseShiftDialog({ communityId, staffId, onClose }: CloseShiftDialogProps) {
  const [startDay, setStartDay] = useState<string>();
  const at = { communityId, staffId, startDay };
  const preview = useQuery({
    queryKey: [shiftResource.name, 'preview', at],
    queryFn: ({ signal }) => call(previewShift, { query: at, signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const seen = preview.data;
  if (!seen || seen.figures.length === 0)
    return (
      <Modal open title="交班" footer={null} onCancel={() => onClose()}>
        {preview.error ? <Alert type="error" showIcon title={errorText(preview.error)} /> : null}
        {seen ? (
          <>
            <StartDay seen={seen} startDay={startDay} onChange={setStartDay} />
            <p>{`${seen.staffName} 在 ${seen.communityName} 没有待交的收退款。`}</p>
          </>
        ) : (
          <Skeleton active loading={preview.isPending} />
        )}
      </Modal>
    );
  return (
    <CountDialog
      seen={seen}
      at={at}
      onStartDay={setStartDay}
      onStale={() => void preview.refetch()}
      onClose={onClose}
    />
  );
}

interface StartDayProps {
  seen: Preview;
  /** Today unless chosen. */
  startDay: string | undefined;
  onChange: (day: string) => void;
}

/** Only until the first shift of the community: from when on money is counted. */
function StartDay({ seen, startDay, onChange }: StartDayProps) {
  if (!seen.isFirst) return null;
  return (
    <div className={styles.line}>
      <span>从哪天开始交班</span>
      <DatePicker
        aria-label="开始日期"
        allowClear={false}
        maxDate={dayjs(seen.today)}
        value={dayjs(startDay ?? seen.today)}
        onChange={(day) => day && !Array.isArray(day) && onChange(day.format('YYYY-MM-DD'))}
      />
      <span className="muted">这是该小区第一次交班，更早的收款不计入。</span>
    </div>
  );
}

interface CountDialogProps {
  seen: Preview;
  at: { communityId: string; staffId: string | undefined; startDay: string | undefined };
  onStartDay: (day: string) => void;
  onStale: () => void;
  onClose: CloseShiftDialogProps['onClose'];
}

function CountDialog({ seen, at, onStartDay, onStale, onClose }: CountDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  // What was typed; what a channel counts by itself is taken to be right until somebody says otherwise.
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const counted = new Map(
    seen.figures.map((one) => [
      one.paymentMethodId,
      typed.get(one.paymentMethodId) ?? (one.isCash ? '' : one.expected),
    ]),
  );
  const [notes, setNotes] = useState<Notes>(emptyNotes);
  const [reason, setReason] = useState('');
  const [to, setTo] = useState<'staff' | 'bank'>('staff');
  const [handedToStaffId, setReceiver] = useState<string>();
  const [bankSlip, setBankSlip] = useState('');
  const [note, setNote] = useState('');
  const cash = seen.figures.filter((one) => one.isCash);
  const hasNotes = cash.length === 1 && notesFen(notes) > zeroFen;
  const sums = readCounted(seen.figures, counted);
  const totalFen = sums ? sumFen([...sums.values()]) : undefined;
  const differenceFen = totalFen === undefined ? undefined : subtractFen(totalFen, parseYuan(seen.expected));
  const isOdd = seen.figures.some((one) => sums?.get(one.paymentMethodId) !== parseYuan(one.expected));
  const close = useMutation({
    mutationFn: () =>
      call(closeShift, {
        body: {
          ...at,
          untilAt: seen.untilAt,
          lines: seen.figures.map(({ paymentMethodId, expected }) => ({
            paymentMethodId,
            expected,
            counted: formatYuan(sums?.get(paymentMethodId) ?? zeroFen),
          })),
          ...(hasNotes
            ? { denominations: [...notes].flatMap(([worth, count]) => (count > 0 ? [{ worth, count }] : [])) }
            : {}),
          reason: isOdd ? reason : '',
          ...(to === 'staff' ? { handedToStaffId } : { bankSlip }),
          note,
        },
      }),
    onSuccess: ({ id, number }) => {
      message.success(`已交班，交班单 ${number}`);
      void queries.invalidateQueries({ queryKey: [shiftResource.name] });
      onClose(id);
    },
  });
  const problem = countedProblem({ figures: seen.figures, sums, isOdd, reason, to, handedToStaffId, bankSlip });
  const setCash = (yuan: string) => setTyped(new Map([...typed, [cash[0]!.paymentMethodId, yuan]]));
  return (
    <Modal
      open
      width={960}
      style={{ top: 24 }}
      title={`交班：${seen.staffName}，${seen.communityName}`}
      okText={totalFen === undefined ? '交班' : `交班 ${groupThousands(formatYuan(totalFen))} 元`}
      okButtonProps={{ disabled: problem !== '', loading: close.isPending }}
      cancelText="取消"
      footer={(_, { OkBtn, CancelBtn }) => (
        <div className={styles.foot}>
          <span className="muted">{problem}</span>
          <CancelBtn />
          <OkBtn />
        </div>
      )}
      onOk={() => close.mutate()}
      onCancel={() => onClose()}
    >
      <StartDay seen={seen} startDay={at.startDay} onChange={onStartDay} />
      <p className="muted">
        {`${instantText(seen.fromAt)} 至 ${instantText(seen.untilAt)}，${seen.count} 笔。`}
        {Number(seen.change) > 0
          ? `收现金 ${groupThousands(seen.cashTendered)} 元，其中找零 ${groupThousands(seen.change)} 元。`
          : ''}
        打开之后的收退款属于下一班。
      </p>
      <div className={styles.columns}>
        <div className={styles.left}>
          <ShiftFigures
            figures={seen.figures}
            expected={seen.expected}
            counted={counted}
            sums={sums}
            totalFen={totalFen}
            differenceFen={differenceFen}
            isCashCounted={hasNotes}
            onCounted={(methodId, text) => setTyped(new Map([...typed, [methodId, text]]))}
          />
          {isOdd && sums ? (
            <div className={styles.line}>
              <span>差额原因</span>
              <Input
                aria-label="差额原因"
                maxLength={200}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </div>
          ) : null}
          <div className={styles.line}>
            <Radio.Group
              value={to}
              onChange={(event) => setTo(event.target.value)}
              options={[
                { value: 'staff', label: '交给' },
                { value: 'bank', label: '存入银行' },
              ]}
            />
            {to === 'staff' ? (
              <Select
                aria-label="接收人"
                placeholder="选择接收的人"
                showSearch={{ optionFilterProp: 'label' }}
                value={handedToStaffId ?? null}
                options={seen.receivers.map((one) => ({ value: one.id, label: one.name }))}
                onChange={setReceiver}
              />
            ) : (
              <Input
                aria-label="银行回单号"
                placeholder="银行回单号"
                maxLength={60}
                value={bankSlip}
                onChange={(event) => setBankSlip(event.target.value)}
              />
            )}
          </div>
          <div className={styles.line}>
            <span>备注</span>
            <Input aria-label="备注" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
          </div>
        </div>
        {cash.length === 1 ? (
          <CashCount
            notes={notes}
            onNotes={(next) => {
              setNotes(next);
              setCash(formatYuan(notesFen(next)));
            }}
          />
        ) : null}
      </div>
      {close.error ? (
        <Alert
          type="error"
          showIcon
          title={errorText(close.error)}
          action={
            <Button
              size="small"
              onClick={() => {
                close.reset();
                onStale();
              }}
            >
              刷新金额
            </Button>
          }
        />
      ) : null}
    </Modal>
  );
}
