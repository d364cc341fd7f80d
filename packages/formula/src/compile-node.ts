import { Decimal } from '@anlin/money';
import type { Evaluation, NumberCode } from './evaluation.ts';
import { FormulaProblem } from './formula-error.ts';
import type { Arithmetic, Comparison, FormulaNode } from './parse-formula.ts';
import { compileTier } from './tier.ts';

type ConditionCode = (evaluation: Evaluation) => boolean;

export interface Compilation {
  knownNames: ReadonlySet<string>;
  usedNames: Set<string>;
  /** Places of divisors that could be zero for some values. */
  possibleZeroDivisors: number[];
}

const signs: Record<Arithmetic, string> = { '+': '+', '-': '−', '*': '×', '/': '÷' };

/** Turns a tree into a function once, so that running it walks no tree. Throws FormulaProblem. */
export function compileNumber(node: FormulaNode, compilation: Compilation): NumberCode {
  switch (node.type) {
    case 'number': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node.name, node.position, compilation);
    case 'negate': {
      const operand = compileNumber(node.operand, compilation);
      return (evaluation) => operand(evaluation).negated();
    }
    case 'arithmetic':
      return compileArithmetic(node.operator, node, compilation);
    case 'call':
      return compileCall(node.name, node.args, node.position, compilation);
    default:
      throw new FormulaProblem(node.position, 'numberExpected');
  }
}

function compileName(name: string, position: number, compilation: Compilation): NumberCode {
  if (!compilation.knownNames.has(name)) throw new FormulaProblem(position, 'unknownName', { name });
  compilation.usedNames.add(name);
  return (evaluation) => evaluation.lookUp(name, position);
}

function compileArithmetic(
  operator: Arithmetic,
  node: { left: FormulaNode; right: FormulaNode; position: number },
  compilation: Compilation,
): NumberCode {
  const left = compileNumber(node.left, compilation);
  const right = compileNumber(node.right, compilation);
  if (operator === '/') checkDivisor(node.right, right, compilation);
  const { position } = node;
  return (evaluation) => {
    const a = left(evaluation);
    const b = right(evaluation);
    if (operator === '/' && b.isZero()) throw new FormulaProblem(position, 'divisionByZero');
    const value = apply(operator, a, b);
    evaluation.steps?.push({ position, text: `${a} ${signs[operator]} ${b}`, value: value.toString() });
    return value;
  };
}

function apply(operator: Arithmetic, a: Decimal, b: Decimal): Decimal {
  if (operator === '+') return a.plus(b);
  if (operator === '-') return a.minus(b);
  return operator === '*' ? a.times(b) : a.div(b);
}

// A divisor made of numbers alone is known now; one with a name in it is only suspected.
function checkDivisor(node: FormulaNode, divisor: NumberCode, compilation: Compilation): void {
  const value = constantOf(node, divisor);
  if (value === null) compilation.possibleZeroDivisors.push(node.position);
  else if (value.isZero()) throw new FormulaProblem(node.position, 'divisionByZero');
}

/** The value of a part that mentions no names, else null. */
export function constantOf(node: FormulaNode, code: NumberCode): Decimal | null {
  return mentionsName(node) ? null : code({ lookUp: () => new Decimal(0), steps: null });
}

function mentionsName(node: FormulaNode): boolean {
  switch (node.type) {
    case 'name':
      return true;
    case 'negate':
      return mentionsName(node.operand);
    case 'arithmetic':
    case 'comparison':
      return mentionsName(node.left) || mentionsName(node.right);
    case 'call':
      return node.args.some(mentionsName);
    case 'list':
      return node.items.some(mentionsName);
    default:
      return false;
  }
}

function compileCondition(node: FormulaNode, compilation: Compilation): ConditionCode {
  if (node.type !== 'comparison') throw new FormulaProblem(node.position, 'conditionExpected');
  const left = compileNumber(node.left, compilation);
  const right = compileNumber(node.right, compilation);
  const { operator, position } = node;
  return (evaluation) => {
    const a = left(evaluation);
    const b = right(evaluation);
    const isTrue = compare(operator, a.comparedTo(b));
    evaluation.steps?.push({ position, text: `${a} ${operator} ${b}`, value: isTrue ? '1' : '0' });
    return isTrue;
  };
}

function compare(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

function compileCall(name: string, args: FormulaNode[], position: number, compilation: Compilation): NumberCode {
  switch (name) {
    case 'if':
      return compileIf(args, position, compilation);
    case 'min':
    case 'max':
      return compileExtreme(name, args, position, compilation);
    case 'round':
    case 'ceil':
    case 'floor':
      return compileRounding(name, args, position, compilation);
    case 'tier':
      checkCount(name, args, position, 2, 3);
      return compileTier(args, position, (node) => compileNumber(node, compilation));
    default:
      throw new FormulaProblem(position, 'unknownFunction', { name });
  }
}

function compileIf(args: FormulaNode[], position: number, compilation: Compilation): NumberCode {
  checkCount('if', args, position, 3, 3);
  const condition = compileCondition(args[0]!, compilation);
  const whenTrue = compileNumber(args[1]!, compilation);
  const whenFalse = compileNumber(args[2]!, compilation);
  return (evaluation) => (condition(evaluation) ? whenTrue(evaluation) : whenFalse(evaluation));
}

function compileExtreme(
  name: 'min' | 'max',
  args: FormulaNode[],
  position: number,
  compilation: Compilation,
): NumberCode {
  checkCount(name, args, position, 1, 50);
  const codes = args.map((node) => compileNumber(node, compilation));
  return (evaluation) => {
    const values = codes.map((code) => code(evaluation));
    const value = name === 'min' ? Decimal.min(...values) : Decimal.max(...values);
    evaluation.steps?.push({ position, text: `${name}(${values.join(', ')})`, value: value.toString() });
    return value;
  };
}

const roundingModes = { round: Decimal.ROUND_HALF_UP, ceil: Decimal.ROUND_CEIL, floor: Decimal.ROUND_FLOOR };
const mostDecimals = 10;

function compileRounding(
  name: 'round' | 'ceil' | 'floor',
  args: FormulaNode[],
  position: number,
  compilation: Compilation,
): NumberCode {
  checkCount(name, args, position, 1, 2);
  const operand = compileNumber(args[0]!, compilation);
  const decimals = args[1] ? compileNumber(args[1], compilation) : () => new Decimal(0);
  return (evaluation) => {
    const value = operand(evaluation);
    const places = decimals(evaluation);
    if (!places.isInteger() || places.lessThan(0) || places.greaterThan(mostDecimals)) {
      throw new FormulaProblem(position, 'badValue', { value: places.toString() });
    }
    const rounded = value.toDecimalPlaces(places.toNumber(), roundingModes[name]);
    evaluation.steps?.push({ position, text: `${name}(${value}, ${places})`, value: rounded.toString() });
    return rounded;
  };
}

function checkCount(name: string, args: FormulaNode[], position: number, least: number, most: number): void {
  if (args.length >= least && args.length <= most) return;
  throw new FormulaProblem(position, 'wrongArgumentCount', {
    name,
    least: String(least),
    most: String(most),
    count: String(args.length),
  });
}
