import { problemFromReply, unreachable } from './problem-error.ts';

/** From 0 to 1. Called at least once with 1 when the whole file has left. */
export type UploadProgress = (share: number) => void;

/** The part of XMLHttpRequest used here: a type of our own, so that the package needs no browser library. */
export interface UploadRequest {
  open(method: string, url: string): void;
  send(body: FormData): void;
  abort(): void;
  withCredentials: boolean;
  status: number;
  responseText: string;
  upload: { onprogress: ((event: { lengthComputable: boolean; loaded: number; total: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
}

export interface UploadInput {
  address: string;
  file: Blob;
  name: string;
  onProgress: UploadProgress;
  signal: AbortSignal | undefined;
}

/**
 * Sends one file as multipart field `file` and returns status and text of the reply. Browsers report the
 * progress of a sent body through XMLHttpRequest only; where there is none (Node), fetch sends it in one step.
 */
export async function sendFile(input: UploadInput, fetchImpl: typeof fetch): Promise<{ status: number; text: string }> {
  const form = new FormData();
  form.append('file', input.file, input.name);
  const Request = Reflect.get(globalThis, 'XMLHttpRequest') as (new () => UploadRequest) | undefined;
  if (Request) return sendWithProgress(new Request(), form, input);
  const reply = await fetchImpl(input.address, {
    method: 'POST',
    body: form,
    credentials: 'same-origin',
    ...(input.signal ? { signal: input.signal } : {}),
  });
  const text = await reply.text();
  input.onProgress(1);
  return { status: reply.status, text };
}

function sendWithProgress(
  request: UploadRequest,
  form: FormData,
  { address, onProgress, signal }: UploadInput,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const stop = () => request.abort();
    const settle = (finish: () => void) => () => {
      signal?.removeEventListener('abort', stop);
      finish();
    };
    request.open('POST', address);
    request.withCredentials = false;
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    };
    request.onload = settle(() => {
      onProgress(1);
      resolve({ status: request.status, text: request.responseText });
    });
    request.onerror = settle(() => reject(unreachable(new Error(`upload to ${address} failed`))));
    request.onabort = settle(() => reject(signal?.reason ?? new DOMException('Aborted', 'AbortError')));
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    request.send(form);
  });
}

/** Reads a finished upload: the parsed reply, or throws the server's refusal. */
export function readUploadReply({ status, text }: { status: number; text: string }): unknown {
  if (status < 200 || status > 299) throw problemFromReply(status, text);
  return JSON.parse(text);
}
