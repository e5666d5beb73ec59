import type { UploadView } from '../../test/support/client.js';
import { Asker } from './asker.js';
import type { Latency } from './latency.js';
import type { Stage } from './stage.js';

export const SEARCHERS = 16;

export interface Fairness {
  alone: Latency;
  beside: Latency;
  searches: number;
  refused: number;
}

/** One client pages through the file: first alone, then while sixteen others search all of its columns without an index. */
export async function measureFairness(stage: Stage, upload: UploadView, seconds: number): Promise<Fairness> {
  const pager = new Asker(stage.reader, upload);
  const alone = await pager.page(seconds / 2);

  let searching = true;
  let searches = 0;
  let refused = 0;
  const searchers = Array.from({ length: SEARCHERS }, async (_, n) => {
    const asker = new Asker(stage.reader, upload);
    for (let turn = 0; searching; turn++) {
      const { status } = await asker.ask({ search: `nothing like it ${n} ${turn}`, count: 'none' });
      if (status === 200) searches += 1;
      else refused += 1;
    }
    asker.close();
  });
  const beside = await pager.page(seconds);
  searching = false;
  await Promise.all(searchers);
  pager.close();
  return { alone, beside, searches, refused };
}
