import {
  type Endpoint,
  type EndpointArguments,
  type EndpointReply,
  type FileView,
  uploadFile as uploadFileEndpoint,
} from '@anlin/contract';
import { ProblemError, parseJson, problemFromReply, unreachable, unreadable } from './problem-error.ts';
import { requestAddress } from './request-address.ts';
import { readUploadReply, sendFile, type UploadProgress } from './upload-file.ts';

export interface ClientOptions {
  /** `''` for the page's own origin, `http://127.0.0.1:3000` otherwise. */
  baseUrl: string;
  fetch?: typeof fetch;
  /** Told of every refusal before it is thrown; the place to notice that the session has ended. */
  onProblem?: (problem: ProblemError, endpoint: Endpoint) => void;
}

type GivenKeys<E extends Endpoint> = {
  [K in keyof EndpointArguments<E>]: [EndpointArguments<E>[K]] extends [undefined] ? never : K;
}[keyof EndpointArguments<E>];

type OptionalKeys<E extends Endpoint> = {
  [K in GivenKeys<E>]: Record<never, never> extends EndpointArguments<E>[K] ? K : never;
}[GivenKeys<E>];

/** `{ params, query, body }`: those the endpoint declares; optional where nothing in them is required. */
export type CallArguments<E extends Endpoint> = Pick<EndpointArguments<E>, Exclude<GivenKeys<E>, OptionalKeys<E>>> &
  Partial<Pick<EndpointArguments<E>, OptionalKeys<E>>> & { signal?: AbortSignal | undefined };

type Arguments<E extends Endpoint> =
  Record<never, never> extends CallArguments<E> ? [given?: CallArguments<E>] : [given: CallArguments<E>];

export interface Client {
  /**
   * Calls one endpoint of the contract and returns its reply. Throws {@link ProblemError} for every refusal
   * and for a dead network, and the signal's reason when the caller stopped it.
   */
  call<E extends Endpoint>(endpoint: E, ...given: Arguments<E>): Promise<EndpointReply<E>>;
  /** Uploads one file, telling how far it is; throws as `call` does. */
  uploadFile(
    file: Blob & { name?: string },
    onProgress?: UploadProgress,
    options?: { signal?: AbortSignal },
  ): Promise<FileView>;
}

/** A typed HTTP client of the contract's endpoints. Replies are trusted: they come from the same release. */
export function createClient({ baseUrl, fetch: fetchImpl = fetch, onProblem }: ClientOptions): Client {
  async function guarded<T>(endpoint: Endpoint, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw error;
      const problem = error instanceof ProblemError ? error : unreachable(error);
      onProblem?.(problem, endpoint);
      throw problem;
    }
  }

  return {
    call(endpoint, ...[given]) {
      const { params, query, body, signal } = (given ?? {}) as Partial<EndpointArguments<Endpoint>> & {
        signal?: AbortSignal;
      };
      const address = requestAddress(baseUrl, endpoint.path, params, query);
      return guarded(endpoint, signal, async () => {
        const reply = await fetchImpl(address, {
          method: endpoint.method,
          credentials: 'same-origin',
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal ? { signal } : {}),
        });
        return (await readReply(reply)) as EndpointReply<typeof endpoint>;
      });
    },
    uploadFile(file, onProgress = () => {}, { signal } = {}) {
      const address = requestAddress(baseUrl, uploadFileEndpoint.path, undefined, undefined);
      const name = file.name ?? 'file';
      return guarded(uploadFileEndpoint, signal, async () => {
        const reply = await sendFile({ address, file, name, onProgress, signal }, fetchImpl);
        return readUploadReply(reply) as FileView;
      });
    },
  };
}

async function readReply(reply: Response): Promise<unknown> {
  const text = await reply.text();
  if (!reply.ok) throw problemFromReply(reply.status, text);
  const parsed = parseJson(text);
  if (parsed === undefined) throw unreadable(reply.status);
  return parsed;
}
