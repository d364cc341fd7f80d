import { meterKinds, meterUnits, type ReadingGridRow } from '@anlin/contract';
import { CheckCircleFilled } from '@ant-design/icons';
import { Button, Checkbox, Tooltip } from 'antd';
import { type ClipboardEvent, type KeyboardEvent, memo, useEffect } from 'react';
import { MoneyText } from '../../resource-ui/index.ts';
import { type FillRow, readColumn } from './pasted-column.ts';
import styles from './reading-grid.module.css';
import { type RowState, useReadingRow } from './use-reading-row.ts';

interface ReadingRowProps {
  row: ReadingGridRow;
  index: number;
  month: string;
  raisesBills: boolean;
  mayRecord: boolean;
  /** Told how the row stands: waiting for an answer, saved. */
  onState: (meterId: string, state: RowState) => void;
  /** Told how the row at a place is filled; nothing once it is gone. */
  onFill: (index: number, fill: FillRow | undefined) => void;
  /** A column of figures was pasted into the row at a place. */
  onColumn: (index: number, figures: readonly string[]) => void;
}

const usualReasons = ['已现场核实', '房屋空置', '装修用水', '漏抄补录'];

/** Goes to the reading of another row; of the last one it stays. */
function walk(from: HTMLElement, to: number): void {
  const next = from.closest('table')?.querySelector<HTMLInputElement>(`[data-reading="${to}"]`);
  next?.focus();
  next?.select();
}

export const ReadingRow = memo(function ReadingRow(props: ReadingRowProps) {
  const { row, index, month, raisesBills, mayRecord, onState, onFill, onColumn } = props;
  const typed = useReadingRow(row, month, raisesBills);
  const { draft, change, save, revert, saved, state, shown, problem, issues } = typed;
  useEffect(() => onState(row.meterId, state), [onState, row.meterId, state]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const steps: Record<string, number> = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (event.key === 'Escape') revert();
    else if (step !== undefined) {
      event.preventDefault();
      void save();
      walk(event.currentTarget, index + step);
    }
  };
  const isPaid = row.reading?.isPaid ?? false;
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const figures = readColumn(event.clipboardData.getData('text'));
    if (figures === null) return;
    event.preventDefault();
    onColumn(index, figures);
  };
  useEffect(() => {
    const fill: FillRow = (figure) => {
      change({ current: figure });
      return save();
    };
    onFill(index, mayRecord && !isPaid ? fill : null);
    return () => onFill(index, undefined);
  });
  const hasAnswer = draft.isRolledOver || draft.closing !== '' || draft.opening !== '' || draft.confirmation !== '';
  const isAsking = state === 'warn' || state === 'wrong' || (hasAnswer && (state === 'typed' || state === 'saving'));
  const usage = state === 'saved' ? saved?.usage : (shown?.usage ?? undefined);
  const amount = state === 'saved' ? saved?.amount : shown?.amount;
  return (
    <>
      <tr data-state={state}>
        <td>{row.label}</td>
        <td>{row.number}</td>
        <td>
          {meterKinds[row.kind]}
          {row.multiplier === '1' ? '' : ` × ${row.multiplier}`}
        </td>
        <td className={styles.amount}>
          <Tooltip title={row.previousMonth ? `${row.previousMonth} 的止度` : '初始读数'}>
            <span className="figures">{row.previous}</span>
          </Tooltip>
        </td>
        <td className={styles.amount}>
          <input
            className={styles.dial}
            data-reading={index}
            data-meter={row.meterId}
            aria-label={`${row.label} ${row.number} 本期止度`}
            inputMode="decimal"
            autoComplete="off"
            disabled={!mayRecord || isPaid}
            value={draft.current}
            onChange={(event) => change({ current: event.target.value.trim() })}
            onFocus={(event) => event.target.select()}
            onBlur={() => void save()}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
        </td>
        <td className={styles.amount}>
          {usage ? (
            <span className="figures">
              {usage} {meterUnits[row.kind]}
            </span>
          ) : null}
        </td>
        <td className={`${styles.amount} muted`}>{row.usual ?? '—'}</td>
        <td className={styles.amount}>
          {amount ? (
            <Tooltip title={<span style={{ whiteSpace: 'pre-line' }}>{shown?.sentence ?? row.reading?.sentence}</span>}>
              <span>
                <MoneyText yuan={amount} />
              </span>
            </Tooltip>
          ) : null}
        </td>
        <td>
          {isPaid ? (
            <span className="muted">已收款</span>
          ) : (
            <StateMark state={state} hasBill={saved?.hasBill ?? false} />
          )}
        </td>
      </tr>
      {isAsking ? (
        <tr data-state={state}>
          <td colSpan={9}>
            <div className={styles.answer} role="alert">
              <span>{problem || issues.map((issue) => issue.text).join('；')}</span>
              <Answer
                typed={typed}
                onDone={(element) => walk(element, index + 1)}
                label={`${row.label} ${row.number}`}
              />
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
});

function StateMark({ state, hasBill }: { state: RowState; hasBill: boolean }) {
  if (state === 'saved')
    return (
      <span style={{ whiteSpace: 'nowrap' }}>
        <CheckCircleFilled style={{ color: 'var(--ant-color-success)' }} /> {hasBill ? '已出账' : '已保存'}
      </span>
    );
  return <span className="muted">{state === 'saving' ? '保存中' : state === 'typed' ? '回车保存' : ''}</span>;
}

interface AnswerProps {
  typed: ReturnType<typeof useReadingRow>;
  label: string;
  onDone: (from: HTMLElement) => void;
}

/** What the warning asks for: roll-over or changed dial where it fell, else a reason. Enter saves and goes on. */
function Answer({ typed, label, onDone }: AnswerProps) {
  const { draft, change, save, issues } = typed;
  const onEnter = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void save();
    onDone(event.currentTarget);
  };
  const isLower = issues.some((issue) => issue.kind === 'lower');
  const field = (key: 'closing' | 'opening', text: string) => (
    <input
      className={styles.dial}
      aria-label={`${label} ${text}`}
      placeholder={text}
      inputMode="decimal"
      value={draft[key]}
      onChange={(event) => change({ [key]: event.target.value.trim() })}
      onKeyDown={onEnter}
    />
  );
  return (
    <>
      {isLower || draft.isRolledOver || draft.closing !== '' || draft.opening !== '' ? (
        <>
          <Checkbox
            data-answer
            checked={draft.isRolledOver}
            onChange={(event) => change({ isRolledOver: event.target.checked })}
            onKeyDown={onEnter}
          >
            满转
          </Checkbox>
          {field('closing', '旧表止度')}
          {field('opening', '新表起度')}
        </>
      ) : null}
      {isLower ? null : (
        <>
          <input
            data-answer
            className={`${styles.dial} ${styles.why}`}
            aria-label={`${label} 确认说明`}
            placeholder="确认无误的原因，回车保存"
            maxLength={200}
            value={draft.confirmation}
            onChange={(event) => change({ confirmation: event.target.value })}
            onKeyDown={onEnter}
          />
          {usualReasons.map((reason) => (
            <Button key={reason} size="small" onClick={() => change({ confirmation: reason })}>
              {reason}
            </Button>
          ))}
        </>
      )}
      <Button size="small" type="primary" onClick={() => void save()}>
        保存
      </Button>
    </>
  );
}
