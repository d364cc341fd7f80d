import { DomainError, type FieldProblem, type Problem, platformErrors, renderErrorText } from '@anlin/contract';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Turns whatever was thrown into the body of a refusal (RFC 9457). Unknown errors say nothing of themselves. */
export function problemOf(error: unknown, requestId: string, path: string): Problem {
  if (error instanceof DomainError) {
    return problem(error.code, error.definition, error.params, requestId, error.fields);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(
      (one): FieldProblem => ({
        path: one.instancePath.replace(/^\//, '').replaceAll('/', '.'),
        message: one.message ?? '',
      }),
    );
    const params = { count: fields.length, first: fields[0]?.message ?? '' };
    return problem('request.invalid', platformErrors['request.invalid'], params, requestId, fields);
  }
  const known = knownFailure(error as FastifyError & { code?: string; detail?: string }, path);
  if (known) return problem(known.code, platformErrors[known.code], known.params, requestId, []);
  return problem('server.fault', platformErrors['server.fault'], { requestId }, requestId, []);
}

type PlatformCode = keyof typeof platformErrors;

/** Framework and database failures that have a name of ours. */
function knownFailure(
  error: FastifyError & { code?: string; detail?: string },
  path: string,
): { code: PlatformCode; params: Record<string, string | number> } | null {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'request.tooLarge', params: { limit: '1 MB' } };
    case 'FST_REQ_FILE_TOO_LARGE':
      return { code: 'file.tooLarge', params: { limit: '100 MB' } };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return { code: 'request.malformed', params: {} };
    case 'FST_ERR_NOT_FOUND':
      return { code: 'route.notFound', params: { path } };
    // PostgreSQL: statement took too long, no connection to be had, shutting down, disk full, too many connections.
    case '57014':
    case '57P01':
    case '57P03':
    case '53100':
    case '53300':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return { code: 'server.busy', params: {} };
    // Text with a NUL, a number or a day beyond the column's type: what a schema let pass and PostgreSQL cannot keep.
    case '22003':
    case '22007':
    case '22008':
    case '22021':
    case '22P02':
    case '22P05':
      return { code: 'request.unstorable', params: {} };
    // Row-level security refused what was written: it lies outside the company or the data scope.
    case '42501':
      return { code: 'scope.outside', params: {} };
    // `keep_administrator` of the database.
    case 'AN001':
      return { code: 'rights.lastAdministrator', params: {} };
    // `refuse_closed_day` of the database: a document dated in closed books.
    case 'AN002':
      return { code: 'books.closed', params: { until: error.detail ?? '' } };
    // `refuse_return_of_invoiced` of the database: money given back that an invoice stands for.
    case 'AN048':
      return { code: 'receipt.invoiced', params: { numbers: error.detail ?? '' } };
    // `follow_receipt` of the database: a restored receipt whose bank payment was booked by another receipt meanwhile.
    case 'AN003':
      return { code: 'receipt.paymentUsed', params: {} };
    // `keep_vouchered_days` of the database: days that have vouchers are not opened again.
    case 'AN004':
      return { code: 'books.hasVouchers', params: { until: error.detail ?? '' } };
    // A reference that does not exist or is still used; use cases check first, this is the net beneath them.
    case '23503':
      return { code: 'resource.inUse', params: { label: '数据', users: '其他数据' } };
    case '23505':
      return { code: 'resource.duplicate', params: { label: '数据', fields: '唯一项' } };
  }
  if (error.statusCode === 429) return { code: 'request.tooMany', params: { seconds: 60 } };
  if (/timeout exceeded when trying to connect|Connection terminated/.test(error.message ?? ''))
    return { code: 'server.busy', params: {} };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return { code: 'request.malformed', params: {} };
  return null;
}

function problem(
  code: string,
  definition: { status: number; text: string },
  params: Problem['params'],
  requestId: string,
  fields: readonly FieldProblem[],
): Problem {
  const detail = renderErrorText(definition.text, params);
  return {
    type: `urn:anlin:${code}`,
    title: detail,
    status: definition.status,
    detail,
    code,
    params,
    fields,
    requestId,
  };
}
