import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../scripts/build/build.js';
import { Refusal, runScript } from '../../scripts/processes/refusal.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import type { UploadView } from '../../test/support/client.js';
import type { DataSetName } from '../data-sets.js';
import { machine } from '../measure/report.js';
import { readExport } from './exports.js';
import { measureFairness } from './fairness.js';
import { Asker } from './measure.js';
import { type Question, questionsOn } from './questions.js';
import { type Answered, answersTable, type BuiltIndexRow, exportsTable, fairnessLine, indexesTable } from './report.js';
import { type Stage, setUpStage } from './stage.js';

const USAGE =
  'Usage: bench:rows [--rows N] [--narrow-rows N] [--beside N] [--samples N] [--clients N] [--index-seconds N] [--only TEXT] [--no-exports]';
/** Time limit for background jobs (profiles, indexes). They keep both cores busy, so nothing is measured before they end. */
const BACKGROUND_TIMEOUT_MS = 10 * 60_000;

function options() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      'narrow-rows': { type: 'string', default: '0' },
      beside: { type: 'string', default: '1000000' },
      samples: { type: 'string', default: '20' },
      clients: { type: 'string', default: '16' },
      'index-seconds': { type: 'string', default: '240' },
      only: { type: 'string', default: '' },
      'no-exports': { type: 'boolean', default: false },
    },
  });
  const whole = (text: string) => {
    if (!/^\d+$/.test(text)) throw new Refusal(USAGE);
    return Number(text);
  };
  return {
    rows: whole(values.rows),
    narrowRows: whole(values['narrow-rows']),
    beside: whole(values.beside),
    samples: whole(values.samples),
    clients: whole(values.clients),
    indexSeconds: whole(values['index-seconds']),
    only: values.only,
    exports: !values['no-exports'],
  };
}
type Options = ReturnType<typeof options>;

await runScript(async () => {
  const chosen = options();
  const startedAt = performance.now();
  console.log(machine());
  await ensureBuilt(console.log);
  const stage = await setUpStage();
  try {
    if (chosen.beside > 0) {
      console.log(`Loading ${chosen.beside} rows of another user beside …`);
      await stage.upload('B', chosen.beside, await stage.newAccount());
    }
    if (chosen.rows > 0) await benchDataSet(stage, 'A', chosen.rows, chosen);
    if (chosen.narrowRows > 0) await benchDataSet(stage, 'B', chosen.narrowRows, { ...chosen, exports: false });
  } finally {
    await stage.close();
  }
  console.log(`\nAll of it took ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
  return 0;
});

async function benchDataSet(stage: Stage, name: DataSetName, rows: number, chosen: Options): Promise<void> {
  console.log(`\nLoading ${rows} rows of data set ${name} …`);
  const upload = await stage.upload(name, rows);
  const questions = questionsOn(name, rows).filter((question) => question.name.includes(chosen.only));

  await stage.restartApi({ INDEX_MAX_COUNT: '0' });
  await untilBackgroundIdle(stage);
  const unindexed = await answer(stage, upload, questions, chosen, 'without');
  const fairness = chosen.exports ? await measureFairness(stage, upload, 20) : undefined;

  await stage.restartApi({ INDEX_MAX_COUNT: '64', INDEX_MAX_BYTES: String(2 ** 40) });
  await buildIndexes(stage, upload, questions, chosen.indexSeconds);
  const indexed = await answer(stage, upload, questions, chosen, 'with');

  const answers = questions.map((question, n): Answered => {
    const [before, after] = [unindexed[n]!, indexed[n]!];
    return {
      question,
      total: after.total,
      unindexed: before.one,
      indexed: after.one,
      indexedMany: after.many!,
      isIndexed: after.isIndexed,
    };
  });
  console.log(`\nData set ${name}, ${rows} rows, a page of 100, past the cache; * misses its aim`);
  console.log(answersTable(answers, chosen.clients));
  const { rows: indexes } = await stage.db.query<BuiltIndexRow>(
    `SELECT kind, column_key, status, to_char(size_bytes / 1e6, 'FM999990.0') AS megabytes,
            to_char(build_ms / 1e3, 'FM9990.0') AS seconds FROM csv_indexes WHERE upload_id = $1 ORDER BY kind, column_key`,
    [upload.id],
  );
  console.log(`\n${indexesTable(indexes)}`);
  if (fairness) console.log(`\n${fairnessLine(fairness)}`);
  if (chosen.exports) console.log(`\n${exportsTable(await exportAll(stage, upload))}`);
}

async function answer(
  stage: Stage,
  upload: UploadView,
  questions: Question[],
  { samples, clients }: Options,
  indexes: 'with' | 'without',
) {
  const asker = new Asker(stage.reader, upload.id);
  const answers = [];
  for (const question of questions) {
    // A scan reads every row for any page; only reaching a deep page takes longer.
    const query = await asker.behind(
      indexes === 'with' ? question : { ...question, pagesIn: Math.min(question.pagesIn ?? 0, 2) },
    );
    const { pagination, performance: response } = await asker.json({
      ...query,
      count: question.query.count ?? 'exact',
    });
    const one = await asker.measure(query, samples, 1);
    // Sixteen scans wait for each other: each takes the time of one scan, times sixteen, divided by the number of parallel scans.
    const many = indexes === 'with' ? await asker.measure(query, samples * clients, clients) : undefined;
    const total =
      pagination.total_count === null
        ? ''
        : `${pagination.total_count}${pagination.total_count_is_estimate ? '~' : ''}`;
    answers.push({ one, many, total, isIndexed: response.index !== 'building' });
  }
  asker.close();
  return answers;
}

/** Waits until the worker has no job left. */
async function untilBackgroundIdle({ db }: Stage): Promise<void> {
  await waitUntil(
    async () => (await db.query('SELECT FROM outbox WHERE dead_at IS NULL LIMIT 1')).rowCount === 0 || undefined,
    {
      timeoutMs: BACKGROUND_TIMEOUT_MS,
      everyMs: 500,
      onTimeout: () => new Error('The background jobs of the loaded files did not end.'),
    },
  );
}

/** Sends every query once, which requests the indexes, and waits up to this many seconds until they are built. */
async function buildIndexes(
  stage: Stage,
  upload: UploadView,
  questions: Question[],
  indexSeconds: number,
): Promise<void> {
  const asker = new Asker(stage.reader, upload.id);
  console.log('Building the indexes that the queries ask for …');
  for (const { query } of questions) await asker.json(query);
  const deadline = performance.now() + indexSeconds * 1000;
  const stateOf = async (query: Record<string, string>) => (await asker.json(query)).performance.index;
  const waiting = [...questions];
  while (waiting.length > 0 && performance.now() < deadline) {
    // The catalogue tells without a scan whether a build is under way.
    const { rowCount } = await stage.db.query(`SELECT FROM csv_indexes WHERE status = 'building' LIMIT 1`);
    const { rowCount: jobs } = await stage.db.query(
      `SELECT FROM outbox WHERE job = 'csv.index' AND dead_at IS NULL LIMIT 1`,
    );
    if (rowCount === 0 && jobs === 0 && (await stateOf(waiting[0]!.query)) !== 'building') waiting.shift();
    else await sleep(500);
  }
  asker.close();
}

async function exportAll(stage: Stage, upload: UploadView) {
  const slowly = { bytesPerSecond: 5e6, seconds: 30 };
  return [
    await readExport(stage, upload, 'csv', 'format=csv'),
    await readExport(stage, upload, 'csv, gzip', 'format=csv', { headers: { 'accept-encoding': 'gzip' } }),
    await readExport(stage, upload, 'ndjson', 'format=ndjson'),
    await readExport(stage, upload, 'csv, sorted by number', 'format=csv&sort_by=-unit_price'),
    await readExport(stage, upload, 'csv, read at 5 MB/s for 30 s', 'format=csv', slowly),
  ];
}
