import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuilt } from '../../scripts/build/build.js';
import { runScript } from '../../scripts/processes/refusal.js';
import type { UploadView } from '../../test/support/client.js';
import { type DataSet, writeDataSet } from '../data-sets.js';
import { Parts } from '../measure/parts.js';
import { machine, whole } from '../measure/report.js';
import { forSeconds } from './asker.js';
import { askDuckDb, askService, wrongAnswers } from './asking.js';
import { compareWithCeiling } from './ceiling-comparison.js';
import { readExport } from './exports.js';
import { measureFairness } from './fairness.js';
import { buildIndexes } from './indexes.js';
import { type Options, options } from './options.js';
import { questionsOn, shallow } from './questions.js';
import {
  type Answered,
  answersTable,
  type BuiltIndexRow,
  buildingLine,
  ceilingTable,
  exportsTable,
  fairnessLine,
  indexesTable,
} from './report.js';
import { ALL_INDEXES, type Stage, setUpStage } from './stage.js';

/** Time limit for the jobs behind the ingests. They keep both cores busy, so nothing is measured before. */
const BACKGROUND_SECONDS = 120;
const FAIRNESS_SECONDS = 8;

/** @returns how the answers differ from those of DuckDB. */
async function bench(stage: Stage, chosen: Options, parts: Parts): Promise<string[]> {
  const { set, rows, clients, samples } = chosen;
  if (chosen.beside > 0) {
    await parts.time('loading rows of another user beside', async () => {
      const { path } = await writeDataSet('B', join(stage.folder, 'beside.csv'), { rows: chosen.beside });
      await stage.upload(path, await stage.newAccount());
      rmSync(path);
    });
  }
  const file = await parts.time('writing the file', () => writeDataSet(set, join(stage.folder, 'rows.csv'), { rows }));
  const { upload, tableBytes, walBytes } = await parts.time('loading', () => stage.upload(file.path));
  const questions = questionsOn(set, rows).filter(({ name }) => name.includes(chosen.only));
  await parts.time('waiting for the jobs behind the ingests', () => untilBackgroundIdle(stage));

  const duckdb = await parts.time('DuckDB', () => askDuckDb(stage, file.path, questions, chosen));
  rmSync(file.path);

  await stage.restartApi({ INDEX_MAX_COUNT: '0' });
  const unindexed = await parts.time('questions without indexes', () =>
    askService(stage, upload, questions.map(shallow), chosen, false),
  );
  const fairness = await parts.time('paging beside searches', () => measureFairness(stage, upload, FAIRNESS_SECONDS));

  await stage.restartApi(ALL_INDEXES);
  const beside = await parts.time('building the indexes', () =>
    buildIndexes(stage, upload, questions, chosen.indexSeconds),
  );
  await stage.stopWorker();
  const indexed = await parts.time('questions with indexes', () => askService(stage, upload, questions, chosen, true));
  const ceiling = await parts.time('bare handler', () =>
    compareWithCeiling(stage, upload, { rounds: 3, seconds: 3, connections: clients }),
  );
  const exports = chosen.exports ? await parts.time('exports', () => exportAll(stage, upload, set)) : [];

  const answers = questions.map((question, n): Answered => {
    const [before, after] = [unindexed[n]!, indexed[n]!];
    const { total, isEstimate, index } = after.answer;
    return {
      question,
      total: total === undefined ? '' : `${whole(total)}${isEstimate ? '~' : ''}`,
      unindexed: before.one,
      indexed: after.one,
      many: after.many,
      duckdb: duckdb.times[n]!,
      isIndexed: index !== 'building',
    };
  });
  const title = `${whole(rows)} rows of ${set.columns.length} columns, ${(file.bytes / 1e6).toFixed(0)} MB, beside ${whole(chosen.beside)} rows of another user`;
  const perRow = (bytes: number) => `${(bytes / rows).toFixed(0)} bytes`;
  console.log(`\n${title}; a page of 100, past the cache; up to ${samples} samples; bold: misses its aim\n`);
  console.log(answersTable(answers, clients));
  console.log(`\n${ceilingTable(ceiling, clients)}`);
  console.log(`\n${buildingLine(beside)}\n${fairnessLine(fairness)}`);
  console.log(
    `A row takes ${perRow(tableBytes)} in its table (${perRow(file.bytes)} in the file) and ${perRow(walBytes)} of WAL. DuckDB loads the file in ${duckdb.loadSeconds.toFixed(1)} s.`,
  );
  console.log(`\n${indexesTable(await indexesOf(stage, upload))}`);
  if (exports.length > 0) console.log(`\n${exportsTable(exports)}`);

  return [
    ...wrongAnswers('without indexes', questions, unindexed, duckdb.shallow),
    ...wrongAnswers('with indexes', questions, indexed, duckdb.deep),
  ];
}

/** Waits until the worker has no job left, or until the time is over. */
async function untilBackgroundIdle({ db }: Stage): Promise<void> {
  const isIdle = async () => (await db.query('SELECT FROM outbox WHERE dead_at IS NULL LIMIT 1')).rowCount === 0;
  const inTime = forSeconds(BACKGROUND_SECONDS);
  while (!(await isIdle())) {
    if (!inTime()) return console.log('The jobs behind the ingests still run: the times without indexes are too long.');
    await sleep(500);
  }
}

async function indexesOf({ db }: Stage, { id }: UploadView): Promise<BuiltIndexRow[]> {
  const { rows } = await db.query<BuiltIndexRow>(
    `SELECT kind, column_key, status, to_char(size_bytes / 1e6, 'FM999990.0') AS megabytes,
            to_char(build_ms / 1e3, 'FM9990.0') AS seconds FROM csv_indexes WHERE upload_id = $1 ORDER BY kind, column_key`,
    [id],
  );
  return rows;
}

async function exportAll(stage: Stage, upload: UploadView, { sorts }: DataSet) {
  const slowly = { bytesPerSecond: 5e6, seconds: 10 };
  return [
    await readExport(stage, upload, 'csv', 'format=csv'),
    await readExport(stage, upload, 'csv, gzip', 'format=csv', { headers: { 'accept-encoding': 'gzip' } }),
    await readExport(stage, upload, 'ndjson', 'format=ndjson'),
    await readExport(stage, upload, 'csv, sorted by number', `format=csv&sort_by=-${sorts.number}`),
    await readExport(stage, upload, 'csv, read at 5 MB/s for 10 s', 'format=csv', slowly),
  ];
}

await runScript(async () => {
  const chosen = options();
  const parts = new Parts((part) => console.log(`${part} …`));
  console.log(machine());
  await parts.time('build', () => ensureBuilt(console.log));
  const stage = await parts.time('servers', setUpStage);
  let differences: string[];
  try {
    differences = await bench(stage, chosen, parts);
  } finally {
    await stage.close();
  }
  console.log(`\n${parts.report()}`);
  for (const sentence of differences) console.error(`Wrong answer: ${sentence}.`);
  return differences.length === 0 ? 0 : 1;
});
