import { deepStrictEqual } from 'node:assert/strict';
import type { UploadView } from '../../test/support/client.js';
import { cpuSeconds, familyCpuSeconds } from '../measure/cpu.js';
import type { Requests } from '../measure/load.js';
import { compare, type Measured, type RoundOptions } from '../measure/rounds.js';
import type { Side } from '../measure/side.js';
import { PAGE_ROWS } from './questions.js';
import type { Stage } from './stage.js';

/** Enough to be all over the file, and few enough for one argument of a process. */
const PAGES = 200;

/**
 * Pages of the file by their numbers, from the service and from a bare handler that reads the same rows, in turns. The CPU time is that
 * of the process and of PostgreSQL together.
 * @throws Error when both give different rows
 */
export async function compareWithCeiling(
  stage: Stage,
  upload: UploadView,
  options: RoundOptions,
): Promise<{ service: Measured; ceiling: Measured }> {
  const all = Math.max(1, Math.floor(upload.processed_rows / PAGE_ROWS));
  const pages = Array.from({ length: PAGES }, (_, n) => 1 + ((n * 7_919) % all));
  const headers = { authorization: `Bearer ${stage.reader.token}` };
  const requests = (pathOf: (page: number) => string) =>
    pages.map((page) => ({ method: 'GET', path: pathOf(page), headers })) as unknown as Requests;
  const bare = await stage.startCeiling(upload);
  try {
    const contender = (side: Side, pathOf: (page: number) => string) => ({
      origin: side.origin,
      requests: requests(pathOf),
      cpuSeconds: () => sumKnown(cpuSeconds(side.process.pid), familyCpuSeconds(stage.postgresPid)),
    });
    const ours = contender(
      stage.api,
      (page) => `/api/v1/csv-data/uploads/${upload.id}/data/?page=${page}&nocache=true`,
    );
    const theirs = contender(bare, (page) => `/rows/${page}`);
    await requireSamePage(ours, theirs, pages.length - 1);
    return await compare(ours, theirs, options);
  } finally {
    await bare.process.stop();
  }
}

type Asked = { origin: string; requests: Requests };

async function requireSamePage(ours: Asked, theirs: Asked, place: number): Promise<void> {
  const [one, other] = await Promise.all(
    [ours, theirs].map(async ({ origin, requests }) => {
      const { path, headers } = requests[place]!;
      const answer = await fetch(origin + path, { headers });
      return ((await answer.json()) as { data: unknown }).data;
    }),
  );
  deepStrictEqual(one, other);
}

const sumKnown = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a + b;
