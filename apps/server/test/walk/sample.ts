import type { z } from 'zod';

/** What an id found at a place of a request is to be: called with the path, such as `['bills', '0', 'id']`. */
export type ChooseId = (path: readonly string[]) => string;

export interface SampleOptions {
  chooseId: ChooseId;
  /** Also what may be left out; else only what must be given. */
  isFull: boolean;
  /** Given values by path (`bills.0.expected`), tried before any other. */
  given?: Readonly<Record<string, unknown>>;
}

/** No value could be made for this place; the walk tells the engineer where to give one. */
export class NoSample extends Error {
  readonly path: string;
  constructor(path: readonly string[], reason: string) {
    super(`${path.join('.') || 'the whole'}: ${reason}`);
    this.path = path.join('.');
  }
}

const absent = Symbol('absent');

/** A well-formed id that no row has. */
export const nobody = '01900000-0000-7000-8000-000000000000';

/** Texts that schemas of ours accept; the first that passes is taken. */
const texts = [
  '',
  '2026-03-10',
  '2026-03',
  '2026-03-10T02:00:00Z',
  '1',
  '100.00',
  '0.0005',
  'A1',
  '13800000000',
  '样例',
  'sample-key-0001',
  '{community}-{seq:6}',
];

/**
 * A value the schema accepts, made from the schema alone: the first choice of every enum, one element in every array,
 * ids from `chooseId`. Throws `NoSample` with the place where that is not enough.
 */
export function sampleOf(schema: z.ZodType, options: SampleOptions): unknown {
  const value = make(schema as unknown as Definition, options, []);
  if (value === absent) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new NoSample((issue?.path ?? []).map(String), issue?.message ?? 'refused');
  }
  return value;
}

/** Places of a made value that hold ids: everything `chooseId` was asked for. */
export function idPathsOf(schema: z.ZodType, options: Omit<SampleOptions, 'chooseId'>): string[][] {
  const paths: string[][] = [];
  const chooseId: ChooseId = (path) => {
    paths.push([...path]);
    return nobody;
  };
  make(schema as unknown as Definition, { ...options, chooseId }, []);
  return paths;
}

/** The part of a zod schema's inside that the walk reads. */
interface Definition {
  _zod: {
    def: {
      type: string;
      format?: string;
      shape?: Record<string, Definition>;
      innerType?: Definition;
      element?: Definition;
      entries?: Record<string, string>;
      values?: unknown[];
      options?: Definition[];
      in?: Definition;
    };
  };
  safeParse(value: unknown): { success: boolean };
}

/** `outer` is the schema with all that wraps it: a refinement may sit on the wrapping. */
function make(schema: Definition, options: SampleOptions, path: string[], outer = schema): unknown {
  const given = options.given?.[path.join('.')];
  if (given !== undefined) return given;
  const { def } = schema._zod;
  switch (def.type) {
    case 'object':
      return makeObject(def.shape ?? {}, options, path);
    case 'array':
      return makeArray(schema, def.element!, options, path);
    case 'optional':
    case 'default':
    case 'prefault':
      return options.isFull ? make(def.innerType!, options, path, outer) : absent;
    case 'nullable':
    case 'readonly':
    case 'nonoptional':
    case 'catch':
      return make(def.innerType!, options, path, outer);
    case 'pipe':
      return make(def.in!, options, path, outer);
    case 'union':
      return make(def.options![0]!, options, path);
    case 'enum':
      return Object.values(def.entries!)[0];
    case 'literal':
      return def.values![0];
    case 'boolean':
      return true;
    case 'number':
      return firstAccepted(outer, [1, 10, 0, 100, 2026], path);
    case 'string':
      return isId(def.format, outer, path) ? options.chooseId(path) : firstAccepted(outer, texts, path);
    case 'undefined':
    case 'void':
      return absent;
    case 'record':
      return {};
    case 'unknown':
    case 'any':
      return null;
    default:
      throw new NoSample(path, `no sample is known for the kind “${def.type}”`);
  }
}

/** An id, or a text that lists ids. */
function isId(format: string | undefined, outer: Definition, path: readonly string[]): boolean {
  if (format === 'uuid' || format === 'guid' || path.at(-1) === 'ids') return true;
  return !texts.some((one) => outer.safeParse(one).success) && outer.safeParse(nobody).success;
}

function makeObject(shape: Record<string, Definition>, options: SampleOptions, path: string[]): object {
  const entries = Object.entries(shape).map(([key, one]) => [key, make(one, options, [...path, key])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== absent));
}

function makeArray(schema: Definition, element: Definition, options: SampleOptions, path: string[]): unknown[] {
  const isOptional = schema.safeParse([]).success && !options.isFull;
  if (isOptional) return [];
  const one = make(element, options, [...path, '0']);
  return one === absent ? [] : [one];
}

function firstAccepted(schema: Definition, candidates: readonly unknown[], path: string[]): unknown {
  const found = candidates.find((one) => schema.safeParse(one).success);
  if (found === undefined) throw new NoSample(path, 'none of the usual values is accepted');
  return found;
}
