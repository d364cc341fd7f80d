export { type CallArguments, type Client, type ClientOptions, createClient } from './client.ts';
export { ProblemError } from './problem-error.ts';
export type { UploadProgress } from './upload-file.ts';
