import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadView } from '../../test/support/client.js';
import type { Stage } from './stage.js';

export interface Exported {
  what: string;
  /** Undefined when it was not read to its end. */
  rowsPerSecond: number | undefined;
  megabytesPerSecond: number;
  /** Resident memory of the api before the export, and its peak during it. */
  rssBefore: number;
  rssMost: number;
}

/** Resident memory of a process in MB; NaN where there is no /proc. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Reads a whole export, at most at `bytesPerSecond`, and samples the memory of the api. */
export async function readExport(
  { api, reader }: Stage,
  upload: UploadView,
  what: string,
  query: string,
  { headers = {}, bytesPerSecond = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = {},
): Promise<Exported> {
  const { pid } = api.process;
  const rssBefore = residentMegabytes(pid);
  let rssMost = rssBefore;
  const watch = setInterval(() => {
    rssMost = Math.max(rssMost, residentMegabytes(pid));
  }, 50);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  // Not with fetch, which would decompress the body ten times slower than the api produces it.
  const request = get(`${api.origin}/api/v1/csv-data/uploads/${upload.id}/export/?${query}`, {
    headers: { authorization: `Bearer ${reader.token}`, ...headers },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  let isComplete = true;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (elapsed() > seconds) {
      isComplete = false;
      break;
    }
    const ahead = bytes / bytesPerSecond - elapsed();
    if (ahead > 0) await sleep(ahead * 1000);
  }
  clearInterval(watch);
  response.destroy();
  return {
    what,
    rowsPerSecond: isComplete ? upload.processed_rows / elapsed() : undefined,
    megabytesPerSecond: bytes / 1e6 / elapsed(),
    rssBefore,
    rssMost,
  };
}
