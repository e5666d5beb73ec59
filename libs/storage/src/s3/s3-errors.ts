import { type Problem, StorageFull } from '@app/problems';
import { StorageUnavailable } from '../storage.problems.js';

interface S3Error {
  name?: string;
  $metadata?: { httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as S3Error | undefined)?.$metadata?.httpStatusCode;

// Ceph's and Swift's name; 507 is MinIO's status.
const isFull = (error: unknown): boolean => (error as S3Error).name === 'QuotaExceeded' || statusOf(error) === 507;

/** The problem that answers a failed request to S3. */
export const s3Problem = (error: unknown): Problem =>
  isFull(error) ? new StorageFull({}, { cause: error }) : new StorageUnavailable({}, { cause: error });

export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** The range begins at or behind the end of the object. */
export const isBehindEnd = (error: unknown): boolean => statusOf(error) === 416;

/** What the local driver throws for a file that is not there. */
export const noSuchFile = (key: string, cause: unknown): Error =>
  Object.assign(new Error(`ENOENT: the storage has no file ${key}`, { cause }), { code: 'ENOENT' });
