import type { FaultKind } from './faults.ts';

/** One call as a provider sees it. */
export interface Call {
  method: string;
  /** The provider's host, the first folder of the address. */
  host: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came, for signatures. */
  text: string;
}

/** JSON, a page for a browser, or bytes as they are: text that is signed, a file. */
export type Reply =
  | { status?: number; json: object }
  | { status?: number; html: string }
  | { status?: number; type: string; bytes: Buffer; headers?: Readonly<Record<string, string>> }
  | { redirect: string };

/** What arrived, as the person at the other end would see it. */
export interface Arrived {
  provider: string;
  to: string;
  text: string;
  /** The sender's own id where the protocol carries one. */
  reference: string;
  raw: object;
}

/** What providers share: an inbox, and a number for each message. */
export interface Post {
  arrived: Arrived[];
  deliver(message: Arrived): string;
}

export interface Provider {
  name: string;
  /** Hosts it stands in for; the first folder of the address. */
  hosts: readonly string[];
  /** Which calls to its hosts are its own, where it shares them; all where it is left out. */
  isFor?(call: Call): boolean;
  /** `fault` is one the protocol has words for: a rate limit, a token that is over. */
  answer(call: Call, post: Post, fault: FaultKind | undefined): Reply;
}
