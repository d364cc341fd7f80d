import { type Plugin, parseAst } from 'vite';

/** What an endpoint of the contract says to the server and the API document alone. Pages send and trust. */
const serverOnly = new Set(['params', 'query', 'body', 'reply', 'summary', 'tag']);

interface Node {
  type: string;
  start: number;
  end: number;
}

/** A change to the source: the text between the two places becomes `text`. */
interface Change {
  start: number;
  end: number;
  text: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
}

/** Every node below `node`, itself first. */
function* nodesBelow(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesBelow(child);
  }
}

/** Removes the properties of `defineEndpoint({ … })` that only the server reads. */
function withoutSchemas(program: Node, code: string): Change[] {
  const changes: Change[] = [];
  for (const node of nodesBelow(program)) {
    if (node.type !== 'CallExpression') continue;
    const { callee, arguments: given } = node as Node & { callee: Node & { name?: string }; arguments: Node[] };
    if (callee.name !== 'defineEndpoint' || given[0]?.type !== 'ObjectExpression') continue;
    const { properties } = given[0] as Node & { properties: (Node & { key?: { name?: string } })[] };
    for (const { start, end, key } of properties) {
      if (!serverOnly.has(key?.name ?? '')) continue;
      // Line breaks stay, so that lines are still counted as in the source.
      const text = code.slice(start, end).replace(/[^\n]/g, '');
      changes.push({ start, end: code[end] === ',' ? end + 1 : end, text });
    }
  }
  return changes;
}

/** Whether making the value calls something: `z.string().regex(…)`, or an object of such values. */
function isMadeByCalls(value: Node): boolean {
  if (value.type === 'CallExpression') return true;
  return value.type === 'ObjectExpression' && [...nodesBelow(value)].some((node) => node.type === 'CallExpression');
}

/** Says of every declaration made by calls that it may go when nobody uses it. */
function declarationsAreFree(program: Node): Change[] {
  const changes: Change[] = [];
  const { body } = program as Node & { body: (Node & { declaration?: Node | null })[] };
  for (const statement of body) {
    const declared = statement.declaration ?? statement;
    if (declared.type !== 'VariableDeclaration') continue;
    const { declarations } = declared as Node & { declarations: (Node & { init: Node | null })[] };
    for (const { init } of declarations) {
      if (!init || !isMadeByCalls(init)) continue;
      changes.push({ start: init.start, end: init.start, text: '/* @__PURE__ */ (() => (' });
      changes.push({ start: init.end, end: init.end, text: '))()' });
    }
  }
  return changes;
}

/**
 * Leaves method, path and access of the contract's endpoints and drops their schemas, so that what a page loads grows
 * with what it calls and not with the contract. Schemas that pages use themselves, such as those of forms, stay.
 */
export function leanContract(): Plugin {
  return {
    name: 'anlin-lean-contract',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!/packages[\\/]contract[\\/]src[\\/].*\.ts$/.test(id)) return null;
      const program = parseAst(code, { lang: 'ts' }) as unknown as Node;
      const changes = [...withoutSchemas(program, code), ...declarationsAreFree(program)];
      let text = code;
      for (const change of changes.sort((a, b) => b.start - a.start)) {
        text = text.slice(0, change.start) + change.text + text.slice(change.end);
      }
      return { code: text, map: null };
    },
  };
}
