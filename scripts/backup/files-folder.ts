import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '@app/config';

/** The folder in which the service stores uploaded files; null where STORAGE_URL names a bucket. */
export function filesFolder({
  STORAGE_URL: url,
  DATA_DIR: dataDir,
}: Pick<Config, 'STORAGE_URL' | 'DATA_DIR'>): string | null {
  if (url === undefined) return join(resolve(dataDir), 'uploads');
  return url.startsWith('file:') ? fileURLToPath(url) : null;
}
