import { checkReadings, type JudgedReading, type ReadingGridRow, saveReadings } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';

/** What a typist has entered in a row, and how it stands. */
export interface ReadingDraft {
  current: string;
  isRolledOver: boolean;
  closing: string;
  opening: string;
  confirmation: string;
}

/** What is in the books for a row: from the sheet, or saved since. */
export interface SavedReading {
  version: number;
  current: string;
  usage: string;
  amount: string | null;
  hasBill: boolean;
  /** Roll-over, changed dial and reason as they were saved here; absent: as the sheet came. */
  answers?: string;
}

export type RowState = 'empty' | 'typed' | 'saving' | 'saved' | 'warn' | 'wrong';

const dialPattern = /^\d{1,10}(\.\d{1,3})?$/;
const checkAfterMs = 200;

function savedOf({ reading }: ReadingGridRow): SavedReading | null {
  return (
    reading && {
      version: reading.version,
      current: reading.current,
      usage: reading.usage,
      amount: reading.amount,
      hasBill: reading.billId !== null,
    }
  );
}

function draftOf({ reading }: ReadingGridRow): ReadingDraft {
  return {
    current: reading?.current ?? '',
    isRolledOver: reading?.isRolledOver ?? false,
    closing: reading?.closing ?? '',
    opening: reading?.opening ?? '',
    confirmation: reading?.confirmation ?? '',
  };
}

/** One row of the sheet: what is typed is checked as one types, and saved when the row is left or Enter is pressed. */
export function useReadingRow(row: ReadingGridRow, month: string, raisesBills: boolean) {
  const [saved, setSaved] = useState(() => savedOf(row));
  const [draft, setDraft] = useState(() => draftOf(row));
  const [judged, setJudged] = useState<{ key: string; judgement: JudgedReading }>();
  const [failure, setFailure] = useState('');
  const [isSaving, setSaving] = useState(false);
  // What the next save starts from, whatever has been drawn by then: saves of a row follow one another.
  const now = useRef({ draft, saved, sent: '', queue: Promise.resolve() });
  const isChanged = isWorthSaving(draft, row, saved);
  const isReadable = dialPattern.test(draft.current);
  const key = questionOf(row, draft, saved, month);
  const checked = useChecked(isChanged && isReadable ? key : '');
  const shown = judged?.key === key ? judged.judgement : isChanged ? checked : undefined;

  const change = (patch: Partial<ReadingDraft>) => {
    setFailure('');
    const next = { ...now.current.draft, ...patch };
    now.current.draft = next;
    setDraft(next);
  };
  const send = async () => {
    const at = now.current;
    const { draft: given } = at;
    const text = JSON.stringify(given);
    if (text === at.sent || !isWorthSaving(given, row, at.saved)) return;
    if (!dialPattern.test(given.current) || !isWhole(given)) return;
    at.sent = text;
    const asked = questionOf(row, given, at.saved, month);
    setSaving(true);
    try {
      const readings = [readingOf(row, given, at.saved)];
      const { saved: done, returned } = await call(saveReadings, { body: { month, raisesBills, readings } });
      const [one] = done;
      const judgement = one ?? returned[0];
      if (judgement) setJudged({ key: asked, judgement });
      if (one) {
        at.saved = {
          ...{ version: one.version, current: given.current, usage: one.usage ?? '', amount: one.amount },
          ...{ hasBill: one.billId !== null, answers: answersOf(given) },
        };
        setSaved(at.saved);
      }
    } catch (error) {
      at.sent = '';
      setFailure(errorText(error));
    }
    setSaving(false);
  };
  const save = (): Promise<void> => {
    now.current.queue = now.current.queue.then(send);
    return now.current.queue;
  };
  const revert = () => {
    now.current.sent = '';
    setJudged(undefined);
    change({ ...draftOf(row), ...(saved ? { current: saved.current } : {}) });
  };
  const issues = shown?.issues ?? [];
  const isWrong = !isReadable && draft.current !== '';
  const problem = failure || (isWrong ? '读数应为数字，最多三位小数' : (shown?.problem ?? ''));
  const state = stateOf(draft, { isSaving, problem, isSaved: saved !== null && !isChanged, isOdd: issues.length > 0 });
  return { draft, change, save, revert, saved, state, issues, problem, shown };
}

function stateOf(
  draft: ReadingDraft,
  at: { isSaving: boolean; problem: string; isSaved: boolean; isOdd: boolean },
): RowState {
  if (draft.current === '') return 'empty';
  if (at.isSaving) return 'saving';
  if (at.problem !== '') return 'wrong';
  if (at.isSaved) return 'saved';
  return at.isOdd ? 'warn' : 'typed';
}

/** Both figures of a changed dial, or neither. */
function isWhole({ closing, opening }: ReadingDraft): boolean {
  if (closing === '' && opening === '') return true;
  return dialPattern.test(closing) && dialPattern.test(opening);
}

const answersOf = ({ isRolledOver, closing, opening, confirmation }: ReadingDraft): string =>
  JSON.stringify([isRolledOver, closing, opening, confirmation]);

function isWorthSaving(draft: ReadingDraft, row: ReadingGridRow, saved: SavedReading | null): boolean {
  if (draft.current === '') return false;
  return (
    saved === null || draft.current !== saved.current || answersOf(draft) !== (saved.answers ?? answersOf(draftOf(row)))
  );
}

function readingOf(row: ReadingGridRow, draft: ReadingDraft, saved: SavedReading | null) {
  return {
    ...{ meterId: row.meterId, current: draft.current, isRolledOver: draft.isRolledOver },
    ...{ confirmation: draft.confirmation.trim(), version: saved?.version ?? null },
    replaced: isWhole(draft) && draft.closing !== '' ? { closing: draft.closing, opening: draft.opening } : null,
  };
}

/** What the check is asked: the row without the reason, which changes nothing of what is found. */
function questionOf(row: ReadingGridRow, draft: ReadingDraft, saved: SavedReading | null, month: string): string {
  const reading = { ...readingOf(row, draft, saved), confirmation: '', version: row.reading?.version ?? null };
  return JSON.stringify({ month, reading });
}

/** What the server makes of the row, a moment after the last key. */
function useChecked(question: string): JudgedReading | undefined {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(question), checkAfterMs);
    return () => clearTimeout(timer);
  }, [question]);
  const { data } = useQuery({
    queryKey: ['meterReading', 'check', settled],
    queryFn: async ({ signal }) => {
      const { month, reading } = JSON.parse(settled) as { month: string; reading: ReturnType<typeof readingOf> };
      return (await call(checkReadings, { body: { month, readings: [reading] }, signal })).rows[0] ?? null;
    },
    enabled: settled !== '' && settled === question,
    staleTime: 0,
  });
  return settled === question && question !== '' ? (data ?? undefined) : undefined;
}
