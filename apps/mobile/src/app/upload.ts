import type { Endpoint, EndpointReply, Problem } from '@anlin/contract';
import { ToldError } from './told-error.ts';

/** Sends one file to an upload endpoint; throws an error with the server's sentence. */
export async function uploadTo<E extends Endpoint>(endpoint: E, file: File): Promise<EndpointReply<E>> {
  const body = new FormData();
  body.append('file', file, file.name);
  const reply = await fetch(endpoint.path, { method: endpoint.method, body, credentials: 'same-origin' });
  if (reply.ok) return (await reply.json()) as EndpointReply<E>;
  const problem = (await reply.json().catch(() => undefined)) as Problem | undefined;
  throw new UploadError(problem?.detail ?? '照片没有传上去，请稍后再试');
}

class UploadError extends ToldError {}
