import { Decimal } from '@anlin/money';
import { FormulaProblem } from './formula-error.ts';
import { readTokens, type Token } from './tokens.ts';

export type Arithmetic = '+' | '-' | '*' | '/';
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

const longestNumber = 30;

/** The whole language. A comparison is no number: it stands only as the condition of `if`. */
export type FormulaNode = { position: number } & (
  | { type: 'number'; value: Decimal }
  | { type: 'name'; name: string }
  | { type: 'negate'; operand: FormulaNode }
  | { type: 'arithmetic'; operator: Arithmetic; left: FormulaNode; right: FormulaNode }
  | { type: 'comparison'; operator: Comparison; left: FormulaNode; right: FormulaNode }
  | { type: 'call'; name: string; args: FormulaNode[] }
  | { type: 'list'; items: FormulaNode[] }
  | { type: 'null' }
);

export const longestFormula = 2000;
export const deepestFormula = 50;

const binaryStrength: Record<string, number> = {
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '==': 1,
  '!=': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
};

interface Reader {
  tokens: Token[];
  index: number;
}

/**
 * Reads a formula into its tree. Precedence climbing by hand rather than with a JavaScript expression parser: every
 * error gets its place in the text, the depth is limited while reading, and there is nothing to forbid afterwards.
 * Throws FormulaProblem.
 */
export function parseFormula(text: string): FormulaNode {
  if (text.length > longestFormula) throw new FormulaProblem(0, 'tooLong', { limit: String(longestFormula) });
  const reader: Reader = { tokens: readTokens(text), index: 0 };
  if (peek(reader).kind === 'end') throw new FormulaProblem(0, 'empty');
  const node = readExpression(reader, 1, 1);
  if (peek(reader).kind !== 'end') throw unexpected(peek(reader));
  return node;
}

function readExpression(reader: Reader, weakest: number, depth: number): FormulaNode {
  let left = readOperand(reader, depth);
  for (;;) {
    const operator = peek(reader);
    const strength = operator.kind === 'symbol' ? (binaryStrength[operator.text] ?? 0) : 0;
    if (strength < weakest || strength === 0) return left;
    next(reader);
    const right = readExpression(reader, strength + 1, depth + 1);
    const parts = { position: operator.position, left, right };
    left =
      strength === 1
        ? { type: 'comparison', operator: operator.text as Comparison, ...parts }
        : { type: 'arithmetic', operator: operator.text as Arithmetic, ...parts };
  }
}

function readOperand(reader: Reader, depth: number): FormulaNode {
  const token = next(reader);
  if (depth > deepestFormula) throw tooDeep(token);
  if (token.kind === 'number') return readNumber(token);
  if (token.kind === 'name') return readName(reader, token, depth);
  if (token.text === '-') {
    return { type: 'negate', position: token.position, operand: readOperand(reader, depth + 1) };
  }
  if (token.text === '(') {
    const inner = readExpression(reader, 1, depth + 1);
    expectSymbol(reader, ')');
    return inner;
  }
  if (token.text === '[') {
    return { type: 'list', position: token.position, items: readItems(reader, ']', depth) };
  }
  throw unexpected(token);
}

// The decimal is taken from the text as it stands; it never was a float.
function readNumber(token: Token): FormulaNode {
  if (token.text.length > longestNumber)
    throw new FormulaProblem(token.position, 'badNumber', { text: token.text.slice(0, 40) });
  return { type: 'number', position: token.position, value: new Decimal(token.text) };
}

function readName(reader: Reader, token: Token, depth: number): FormulaNode {
  if (token.text === 'null') return { type: 'null', position: token.position };
  if (peek(reader).text !== '(') return { type: 'name', position: token.position, name: token.text };
  next(reader);
  return { type: 'call', position: token.position, name: token.text, args: readItems(reader, ')', depth) };
}

function readItems(reader: Reader, closing: string, depth: number): FormulaNode[] {
  const items: FormulaNode[] = [];
  if (peek(reader).text === closing) {
    next(reader);
    return items;
  }
  for (;;) {
    items.push(readExpression(reader, 1, depth + 1));
    if (peek(reader).text !== ',') break;
    next(reader);
  }
  expectSymbol(reader, closing);
  return items;
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.index]!;
}

function next(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.index += 1;
  return token;
}

function expectSymbol(reader: Reader, symbol: string): void {
  const token = next(reader);
  if (token.kind !== 'symbol' || token.text !== symbol) throw unexpected(token, symbol);
}

function unexpected(token: Token, expected?: string): FormulaProblem {
  const params: Record<string, string> = expected === undefined ? {} : { expected };
  return token.kind === 'end'
    ? new FormulaProblem(token.position, 'unexpectedEnd', params)
    : new FormulaProblem(token.position, 'unexpectedToken', { ...params, text: token.text.slice(0, 60) });
}

function tooDeep(token: Token): FormulaProblem {
  return new FormulaProblem(token.position, 'tooDeep', { limit: String(deepestFormula) });
}
