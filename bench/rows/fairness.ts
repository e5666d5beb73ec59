import type { UploadView } from '../../test/support/client.js';
import { Asker, type Latency, quantile } from './measure.js';
import type { Stage } from './stage.js';

const SEARCHERS = 16;

export interface Fairness {
  alone: Latency;
  beside: Latency;
  searches: number;
  refused: number;
}

/**
 * One client pages through the file: first alone, then while sixteen other users search all of its columns without an index.
 */
export async function measureFairness(stage: Stage, upload: UploadView, seconds: number): Promise<Fairness> {
  const pager = new Asker(stage.reader, upload.id);
  const alone = await page(pager, upload, seconds / 2);

  let searching = true;
  let searches = 0;
  let refused = 0;
  const searchers = Array.from({ length: SEARCHERS }, async (_, n) => {
    const asker = new Asker(stage.reader, upload.id);
    for (let turn = 0; searching; turn++) {
      const { status } = await asker.ask({ search: `nothing like it ${n} ${turn}`, count: 'none' });
      if (status === 200) searches += 1;
      else refused += 1;
    }
    asker.close();
  });
  const beside = await page(pager, upload, seconds);
  searching = false;
  await Promise.all(searchers);
  pager.close();
  return { alone, beside, searches, refused };
}

async function page(asker: Asker, { processed_rows }: UploadView, seconds: number): Promise<Latency> {
  const times: number[] = [];
  let failures = 0;
  const end = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < end; n++) {
    const { ms, status } = await asker.ask({ page: String(1 + ((n * 997) % Math.floor(processed_rows / 100))) });
    if (status === 200) times.push(ms);
    else failures += 1;
  }
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), failures };
}
