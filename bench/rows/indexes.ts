import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadView } from '../../test/support/client.js';
import { Asker, forSeconds } from './asker.js';
import { type Latency, latencyOf } from './latency.js';
import { type Question, queryOf } from './questions.js';
import type { Stage } from './stage.js';

const IDLE_SECONDS = 3;
const LOOK_EVERY_MS = 100;

/** What one client waited for a page, by its number, on an idle service and while an index was built. */
export interface BesideBuilds {
  idle: Latency;
  building: Latency;
  /** How many pages were read while an index was built. */
  pages: number;
}

/**
 * Asks every question once, which requests the indexes, and waits until they are ready or the time is over. Meanwhile one client reads
 * pages.
 */
export async function buildIndexes(
  stage: Stage,
  upload: UploadView,
  questions: Question[],
  seconds: number,
): Promise<BesideBuilds> {
  const [asker, pager] = [new Asker(stage.reader, upload), new Asker(stage.reader, upload)];
  const idle = await pager.page(IDLE_SECONDS);
  // A count needs the same indexes as the page. With them it may find that a text is frequent, and request the blocks of its column.
  // The search index takes longer than all others together, so it is requested last.
  const pages = questions.filter(({ isCounted }) => !isCounted);
  const bySearch = ({ probe }: Question) => (probe?.search === undefined ? 0 : 1);
  const requests = pages.sort((one, other) => bySearch(one) - bySearch(other)).map(queryOf);
  const counts = questions.filter(({ isCounted, probe }) => isCounted && probe).map(queryOf);
  for (const query of requests) await asker.json(query);

  const inTime = forSeconds(seconds);
  const times: number[] = [];
  let [building, ended] = [false, false];
  const reading = (async () => {
    while (!ended) {
      const [wasBuilding, askedAt] = [building, performance.now()];
      await pager.nextPage();
      if (wasBuilding && building) times.push(performance.now() - askedAt);
      if (!building) await sleep(LOOK_EVERY_MS);
    }
  })();
  while (inTime()) {
    building = await isBuilding(stage);
    if (!(await isRequested(stage)) && (await areUsed(asker, requests))) {
      for (const query of counts) await asker.json(query);
      if (!(await isRequested(stage))) break;
    }
    await sleep(LOOK_EVERY_MS);
  }
  ended = true;
  await reading;
  asker.close();
  pager.close();
  return { idle, building: latencyOf(times, seconds), pages: times.length };
}

/** Whether PostgreSQL works on an index now. The catalogue of the service also has those that wait for their turn. */
async function isBuilding({ db }: Stage): Promise<boolean> {
  return (await db.query('SELECT FROM pg_stat_progress_create_index LIMIT 1')).rowCount! > 0;
}

async function isRequested({ db }: Stage): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT EXISTS (SELECT FROM csv_indexes WHERE status = 'building')
         OR EXISTS (SELECT FROM outbox WHERE job = 'csv.index' AND dead_at IS NULL) AS requested`,
  );
  return rows[0].requested;
}

/** A question whose index was refused, by the budget for instance, asks for it again. */
async function areUsed(asker: Asker, requests: Record<string, string>[]): Promise<boolean> {
  for (const query of requests) if ((await asker.answer(query)).index === 'building') return false;
  return true;
}
