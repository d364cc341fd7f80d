/**
 * Errors a person can meet. Each slice declares its own codes with their HTTP status and Chinese text;
 * the server throws `DomainError(code, params)`, the wire carries `application/problem+json`
 * (RFC 9457) with the code, the params and the rendered text.
 */
export interface ErrorDefinition {
  /** 400, 401, 403, 404, 409, 413, 422, 429, 503 */
  status: number;
  /** Chinese sentence: what is wrong, where, and what to do; `{name}` is replaced by a param. */
  text: string;
}

export type ErrorParams = Readonly<Record<string, string | number>>;

export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

/** Keeps the literal keys so that codes are checked by the compiler. */
export function defineErrors<const C extends ErrorCatalogue>(catalogue: C): C {
  return catalogue;
}

/** One wrong place of a request: a JSON path (`amount`, `lines.3.price`) and a Chinese sentence. */
export interface FieldProblem {
  path: string;
  message: string;
}

export class DomainError extends Error {
  readonly code: string;
  readonly params: ErrorParams;
  readonly definition: ErrorDefinition;
  readonly fields: readonly FieldProblem[];

  constructor(code: string, definition: ErrorDefinition, params: ErrorParams, fields: readonly FieldProblem[] = []) {
    super(renderErrorText(definition.text, params));
    this.name = 'DomainError';
    this.code = code;
    this.definition = definition;
    this.params = params;
    this.fields = fields;
  }
}

/** Makes the throwing function of a slice: `const fail = raiser(billErrors); throw fail('bill.paid', {number})`. */
export function raiser<C extends ErrorCatalogue>(catalogue: C) {
  return (code: keyof C & string, params: ErrorParams = {}, fields: readonly FieldProblem[] = []): DomainError =>
    new DomainError(code, catalogue[code] as ErrorDefinition, params, fields);
}

/** Replaces every `{name}`; a missing param shows as `—` rather than as an empty hole. */
export function renderErrorText(text: string, params: ErrorParams): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '—'));
}

/** Body of every refusal: RFC 9457 with our code and params beside it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  params: ErrorParams;
  fields: readonly FieldProblem[];
  /** Id under which the server's log knows this request. */
  requestId: string;
}
