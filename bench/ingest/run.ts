import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/build/build.js';
import { Refusal, runScript } from '../../scripts/processes/refusal.js';
import { hashRows, type RowsHash, readCsv } from '../../test/support/csv/oracle.js';
import { DATA_SETS, type DataSetName, type WrittenDataSet, writeDataSet } from '../data-sets.js';
import { readArguments, wholeNumber } from '../measure/options.js';
import { Parts } from '../measure/parts.js';
import { machine, whole } from '../measure/report.js';
import { type Case, growingCases, separateCases } from './cases.js';
import type { Cost } from './meter.js';
import { costLine, ingestTable, type Result } from './report.js';
import { type Stage, setUpStage } from './stage.js';
import { ingest, remove } from './uploads.js';
import { requireSameRows } from './verify.js';
import { copy } from './yardstick.js';

const USAGE =
  'Usage: bench:ingest [A|B|tricky] [--rows N[,N…]] [--at-once N[,N…]] [--rounds N] [--growth] [--no-verify]';

interface Options {
  name: DataSetName;
  cases: Case[];
  rounds: number;
  growth: boolean;
  verify: boolean;
}

function options(): Options {
  const { values, positionals } = readArguments(USAGE, {
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      'at-once': { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      growth: { type: 'boolean', default: false },
      'no-verify': { type: 'boolean', default: false },
    },
  });
  const name = (positionals[0] ?? 'A') as DataSetName;
  if (!Object.hasOwn(DATA_SETS, name) || positionals.length > 1) throw new Refusal(USAGE);
  const numbers = (text: string) => text.split(',').map(wholeNumber(USAGE));
  const sizes = values.rows === undefined ? undefined : numbers(values.rows);
  const { growth } = values;
  return {
    name,
    cases: growth ? growingCases(sizes) : separateCases(sizes ?? [DATA_SETS[name].rows], numbers(values['at-once'])),
    // A table cannot grow by the same rows twice.
    rounds: growth ? 1 : wholeNumber(USAGE)(values.rounds),
    growth,
    verify: !values['no-verify'],
  };
}

/** By the hash of the file: several cases read the same one. */
const hashes = new Map<string, RowsHash>();

await runScript(async () => {
  const chosen = options();
  const parts = new Parts();
  console.log(machine());
  await parts.time('build', () => ensureBuilt(console.log));
  const atOnce = Math.max(...chosen.cases.map((measured) => measured.atOnce));
  const stage = await parts.time('servers', () => setUpStage(atOnce, chosen.growth));
  const results: Result[] = [];
  try {
    for (const measured of chosen.cases) results.push(await bench(stage, measured, chosen, parts));
  } finally {
    await stage.close();
  }
  console.log(`\n${ingestTable(results)}\n\n${parts.report()}`);
  return 0;
});

async function bench(stage: Stage, measured: Case, chosen: Options, parts: Parts): Promise<Result> {
  const { name, rounds, growth, verify } = chosen;
  const { rows, atOnce } = measured;
  const path = join(stage.folder, `${name}.csv`);
  const file = await parts.time('writing files', () => writeDataSet(name, path, { rows }));
  console.log(`\nData set ${name}: ${whole(rows)} rows, ${(file.bytes / 1e6).toFixed(0)} MB; ${atOnce} at once`);
  const columns = DATA_SETS[name].columns.length;
  const copies: Cost[] = [];
  const ingests: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    const sides = [
      async () => copies.push(await parts.time('COPY', () => copy(stage, file, { columns, atOnce, keep: growth }))),
      async () => {
        const { cost, uploads } = await parts.time('ingest', () => ingest(stage, file, atOnce));
        ingests.push(cost);
        if (verify && round === 0) {
          await parts.time('comparing the rows', async () => {
            const expected = await expectedHash(file);
            for (const upload of uploads) await requireSameRows(stage, expected, upload);
            console.log(`  The rows are the same as with csv-parse, by a hash over every cell: ${expected.sha256}`);
          });
        }
        if (!growth) await remove(stage, uploads);
      },
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    console.log(`  COPY   ${costLine(copies.at(-1)!)}\n  ingest ${costLine(ingests.at(-1)!)}`);
  }
  rmSync(path);
  return { set: name, measured, bytes: file.bytes, copies, ingests };
}

async function expectedHash({ path, sha256 }: WrittenDataSet): Promise<RowsHash> {
  const hash = hashes.get(sha256) ?? (await hashRows(readCsv(path)));
  hashes.set(sha256, hash);
  return hash;
}
