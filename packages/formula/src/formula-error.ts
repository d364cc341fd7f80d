/** What is wrong with a formula's text. `position` counts UTF-16 units from 0. The code is stable; clients translate it. */
export type FormulaErrorCode =
  | 'empty'
  | 'tooLong'
  | 'tooDeep'
  | 'unexpectedCharacter'
  | 'unexpectedToken'
  | 'unexpectedEnd'
  | 'badNumber'
  | 'unknownName'
  | 'unknownFunction'
  | 'wrongArgumentCount'
  | 'conditionExpected'
  | 'numberExpected'
  | 'badTiers'
  | 'divisionByZero';

export interface FormulaError {
  position: number;
  /** A failure code when a part made of numbers alone is already known to fail. */
  code: FormulaErrorCode | FormulaFailureCode;
  params: Record<string, string>;
}

/** What can go wrong with a sound formula when it is given values. */
export type FormulaFailureCode =
  | 'missingValue'
  | 'badValue'
  | 'divisionByZero'
  | 'negativeUsage'
  | 'badTiers'
  | 'outOfRange';

export interface FormulaFailure {
  position: number;
  code: FormulaFailureCode;
  params: Record<string, string>;
}

/** Thrown inside the package only, and turned into a result at its edge. */
export class FormulaProblem extends Error {
  readonly position: number;
  readonly code: FormulaErrorCode | FormulaFailureCode;
  readonly params: Record<string, string>;

  constructor(position: number, code: FormulaErrorCode | FormulaFailureCode, params: Record<string, string> = {}) {
    super(code);
    this.position = position;
    this.code = code;
    this.params = params;
  }
}
