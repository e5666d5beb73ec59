export { type ClientOptions, CsvTasks, type RejectsDownload, type UploadRequest, type WaitOptions } from './client.js';
export { ProblemError } from './problem-error.js';
export type { FileSource } from './send-file.js';
export type * from './types.js';
