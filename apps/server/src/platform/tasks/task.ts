import type { Context } from '../context.ts';
import type { FileStore } from '../files/file-store.ts';

/** Shape of the inputs of each kind of task; each domain adds its own by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: domains merge their task kinds into it.
export interface TaskInputs {}

export type TaskKind = keyof TaskInputs & string;

/** What a running task can do. Its work is a row of transactions, each repeatable, done as the person who asked for it. */
export interface TaskRun<Input> {
  taskId: string;
  companyId: string;
  input: Input;
  /** Notes kept by an earlier run of the same task that did not end; null at first. */
  savedProgress: unknown;
  /** Where files it reads and makes are kept. */
  files: FileStore;
  /** Stands in for every provider outside (see `Services`); for tasks that ask one. */
  gateway: string | undefined;
  /** A `snapshot` only reads, and all of it as it was when it began, however long it takes. */
  transaction<T>(work: (ctx: Context) => Promise<T>, kind?: 'snapshot'): Promise<T>;
  /** Tells how far it is, at most a few times a second, and throws `TaskCancelled` when a person stopped it. */
  report(done: number, total: number | null): Promise<void>;
  /** Keeps a note for a later run, inside the given transaction. */
  save(ctx: Context, progress: unknown): Promise<void>;
}

/** Does the work and returns the result that is kept and shown. */
export type TaskHandler<Input> = (run: TaskRun<Input>) => Promise<Record<string, unknown>>;

export type TaskHandlers = { [K in TaskKind]: TaskHandler<TaskInputs[K]> };

export class TaskCancelled extends Error {
  constructor() {
    super('the task was stopped by a person');
    this.name = 'TaskCancelled';
  }
}
