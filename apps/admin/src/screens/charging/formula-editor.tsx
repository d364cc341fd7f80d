import { type FormulaName, formulaFunctions, formulaProblemText, placedFormulaProblem } from '@anlin/contract';
import { compileFormula } from '@anlin/formula';
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionKeymap,
  snippet,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type Diagnostic, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, type KeyBinding, keymap, placeholder } from '@codemirror/view';
import { useEffect, useMemo, useRef } from 'react';
import styles from './formula-editor.module.css';

interface FormulaEditorProps {
  id?: string;
  value?: string | null;
  onChange?: (formula: string) => void;
  names: readonly FormulaName[];
  /** Names of fields that were renamed since; they still mean what they meant. */
  formerNames?: readonly string[];
}

/** Closes what is offered and no more: the drawer around would close with everything typed. */
const closesOffers: KeyBinding = {
  key: 'Escape',
  stopPropagation: true,
  run(view) {
    closeCompletion(view);
    return true;
  },
};

/** What is wrong with a formula, as a sentence; '' when it may be saved, and a warning beside it. */
function judge(text: string, known: readonly string[]): { problem: string; warning: string; names: readonly string[] } {
  if (text.trim() === '') return { problem: '', warning: '', names: [] };
  const compiled = compileFormula(text, known);
  if (!compiled.ok) return { problem: placedFormulaProblem(compiled.errors[0]!), warning: '', names: [] };
  const [zero] = compiled.possibleZeroDivisors;
  const warning =
    zero === undefined ? '' : `第 ${zero + 1} 个字起的除数可能为 0，那样的对象会列为“无法计算”，不会按 0 元出账单`;
  return { problem: '', warning, names: compiled.names };
}

/** A field for a formula: names and functions are offered while typing, mistakes are underlined and told below. */
export default function FormulaEditor({ id, value, onChange, names, formerNames = [] }: FormulaEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const known = useMemo(() => [...names.map((one) => one.name), ...formerNames], [names, formerNames]);
  // The editor is made once; what it asks for is looked up when it asks.
  const latest = useRef({ names, known, onChange });
  latest.current = { names, known, onChange };
  const first = useRef(value ?? '');

  useEffect(() => {
    const view = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          history(),
          keymap.of([closesOffers, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          placeholder('如：建筑面积 * 单价 + if(楼层 > 7, 20, 10)'),
          EditorView.contentAttributes.of({ 'aria-label': '公式', ...(id === undefined ? {} : { id }) }),
          autocompletion({ override: [(context) => complete(context, latest.current.names)], icons: false }),
          linter((one) => diagnose(one.state.doc.toString(), latest.current.known), { delay: 150 }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [id]);

  // A value that comes from elsewhere, such as the standard that is opened.
  useEffect(() => {
    const view = editor.current;
    const text = value ?? '';
    if (view && view.state.doc.toString() !== text)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [value]);

  const { problem, warning } = judge(value ?? '', known);
  return (
    <>
      <div ref={box} className={styles.box} />
      {problem === '' ? null : (
        <div role="alert" className={styles.problem}>
          {problem}
        </div>
      )}
      {warning === '' ? null : <div className={styles.warning}>{warning}</div>}
    </>
  );
}

function complete(context: CompletionContext, names: readonly FormulaName[]): CompletionResult | null {
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
  if (!word && !context.explicit) return null;
  return {
    from: word?.from ?? context.pos,
    validFor: /^[\p{L}\p{N}_]*$/u,
    options: [
      ...names.map(({ name, group, help }) => ({ label: name, detail: group, info: help, type: 'variable' })),
      ...formulaFunctions.map(({ name, template, help }) => ({
        label: name,
        detail: template,
        info: help,
        type: 'function',
        // The first argument is selected, so that typing goes on there.
        apply: snippet(name === 'if' ? 'if(#{条件}, #{成立时}, #{否则})' : `${name}(#{})`),
      })),
    ],
  };
}

function diagnose(text: string, known: readonly string[]): Diagnostic[] {
  if (text.trim() === '') return [];
  const compiled = compileFormula(text, known);
  const place = (position: number) => {
    const from = Math.min(position, Math.max(0, text.length - 1));
    const length = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(text.slice(from))?.[0].length ?? 1;
    return { from, to: Math.min(text.length, from + length) };
  };
  if (compiled.ok) {
    return compiled.possibleZeroDivisors.map((position) => ({
      ...place(position),
      severity: 'warning',
      message: '除数可能为 0',
    }));
  }
  return compiled.errors.map(({ position, code, params }) => ({
    ...place(position),
    severity: 'error',
    message: formulaProblemText(code, params),
  }));
}
