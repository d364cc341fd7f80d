import type { ErrorParams, FieldProblem, Problem } from '@anlin/contract';

/**
 * A refusal the server explained (RFC 9457), or a failure on the way to it. `message` and `detail` are
 * the Chinese sentence to show. Codes made here: `network.unreachable` and `network.unreadable`, status 0
 * when nothing was answered.
 */
export class ProblemError extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly params: ErrorParams;
  readonly fields: readonly FieldProblem[];
  /** Id under which the server's log knows the request; empty when it never got there. */
  readonly requestId: string;

  constructor(problem: Omit<Problem, 'type' | 'title'>, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = 'ProblemError';
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.params = problem.params;
    this.fields = problem.fields;
    this.requestId = problem.requestId;
  }
}

/** Nothing came back: cable, Wi-Fi, proxy, or the server is down. */
export function unreachable(cause: unknown): ProblemError {
  return new ProblemError(
    {
      code: 'network.unreachable',
      status: 0,
      detail: '连不上服务器，请检查网络后再试',
      params: {},
      fields: [],
      requestId: '',
    },
    { cause },
  );
}

/** Something that is not ours answered, such as a proxy's error page. */
export function unreadable(status: number): ProblemError {
  return new ProblemError({
    code: 'network.unreadable',
    status,
    detail: `服务器的回答无法识别（状态 ${status}），请稍后再试；如仍不行，请联系管理员`,
    params: {},
    fields: [],
    requestId: '',
  });
}

/** Turns the body of a refused request into the error to throw. */
export function problemFromReply(status: number, text: string): ProblemError {
  const body = parseJson(text);
  if (!isProblem(body)) return unreadable(status);
  return new ProblemError({
    code: body.code,
    status,
    detail: body.detail,
    params: body.params ?? {},
    fields: body.fields ?? [],
    requestId: body.requestId ?? '',
  });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Pick<Problem, 'code' | 'detail'> & Partial<Problem> {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof Reflect.get(body, 'code') === 'string' &&
    typeof Reflect.get(body, 'detail') === 'string'
  );
}
