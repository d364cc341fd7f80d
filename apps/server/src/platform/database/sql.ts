import sqlTag, { empty, join, raw, type Sql } from 'sql-template-tag';

/**
 * SQL by hand, parameters by template: `sql\`select … where id = ${id}\`` never joins values into text.
 * `identifier` is for names that come from our own definitions, never from a request.
 */
export { empty, join, raw, type Sql };
export const sql = sqlTag;

export function identifier(name: string): Sql {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`not an identifier: ${name}`);
  return raw(`"${name}"`);
}
