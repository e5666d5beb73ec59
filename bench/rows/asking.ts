import { join } from 'node:path';
import type { UploadView } from '../../test/support/client.js';
import { Asker } from './asker.js';
import { type Answer, DuckDb, difference } from './duckdb.js';
import type { Latency } from './latency.js';
import type { Options } from './options.js';
import { type Question, shallow } from './questions.js';
import type { Stage } from './stage.js';

/** DuckDB's answers to the questions, to the same with shallow pages, and its times. */
export interface FromDuckDb {
  deep: Answer[];
  shallow: Answer[];
  times: Latency[];
  loadSeconds: number;
}

/** It is closed before the service is asked, so that it takes no memory and no CPU from it. */
export async function askDuckDb(
  stage: Stage,
  csv: string,
  questions: Question[],
  { set, samples }: Options,
): Promise<FromDuckDb> {
  const duckdb = await DuckDb.load(csv, set, join(stage.folder, 'rows.duckdb'));
  const found: FromDuckDb = { deep: [], shallow: [], times: [], loadSeconds: duckdb.loadSeconds };
  for (const question of questions) {
    const { answer, times } = await duckdb.measure(question, samples);
    const other = shallow(question);
    found.deep.push(answer);
    found.shallow.push(other === question ? answer : await duckdb.answer(other));
    found.times.push(times);
  }
  duckdb.close();
  return found;
}

/** What the service answers, and in which time. */
export interface FromService {
  answer: Awaited<ReturnType<Asker['answer']>>;
  one: Latency;
  /** Of many clients at the same time; undefined where it is not measured. */
  many: Latency | undefined;
}

/** Slower questions are scans. Many of them at once wait for each other, so their times only show how many clients there are. */
const SLOWEST_OF_MANY_MS = 500;

/** @param withMany also asks with many clients */
export async function askService(
  stage: Stage,
  upload: UploadView,
  questions: Question[],
  { samples, clients }: Options,
  withMany: boolean,
): Promise<FromService[]> {
  const asker = new Asker(stage.reader, upload);
  const found: FromService[] = [];
  for (const question of questions) {
    const query = await asker.queryOf(question);
    const answer = await asker.answer(query);
    const one = await asker.measure(query, samples, 1);
    const many =
      withMany && one.p50 < SLOWEST_OF_MANY_MS
        ? await asker.measure(query, Number.POSITIVE_INFINITY, clients)
        : undefined;
    found.push({ answer, one, many });
  }
  asker.close();
  return found;
}

/** How the answers differ from those of DuckDB, in a sentence each. */
export const wrongAnswers = (when: string, questions: Question[], found: FromService[], expected: Answer[]): string[] =>
  questions.flatMap(({ name }, n) => {
    const wrong = difference(found[n]!.answer, expected[n]!);
    return wrong === undefined ? [] : [`"${name}" ${when}: ${wrong}`];
  });
