import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../scripts/build/build.js';
import { Refusal, runScript } from '../../scripts/processes/refusal.js';
import { DATA_SETS, type DataSetName, type WrittenDataSet, writeDataSet } from '../data-sets.js';
import { machine } from '../http/report.js';
import { copy, ingest, type Measured, median } from './rounds.js';
import { type Stage, setUpStage } from './stage.js';

const USAGE = 'Usage: bench:ingest [A|B] [--rows N[,N…]] [--rounds N] [--uploads N] [--no-verify]';

interface Options {
  name: DataSetName;
  sizes: number[];
  rounds: number;
  uploads: number;
  verify: boolean;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      uploads: { type: 'string', default: '1' },
      'no-verify': { type: 'boolean', default: false },
    },
  });
  const name = (positionals[0] ?? 'A') as DataSetName;
  const whole = (text: string) => {
    if (!/^[1-9][\d_]*$/.test(text)) throw new Refusal(USAGE);
    return Number(text.replaceAll('_', ''));
  };
  if (!Object.hasOwn(DATA_SETS, name) || positionals.length > 1) throw new Refusal(USAGE);
  return {
    name,
    sizes: values.rows?.split(',').map(whole) ?? [DATA_SETS[name].rows],
    rounds: whole(values.rounds),
    uploads: whole(values.uploads),
    verify: !values['no-verify'],
  };
}

await runScript(async () => {
  const chosen = options();
  console.log(machine());
  await ensureBuilt(console.log);
  const stage = await setUpStage(chosen.uploads);
  try {
    for (const rows of chosen.sizes) await bench(stage, rows, chosen);
  } finally {
    await stage.close();
  }
  return 0;
});

async function bench(stage: Stage, rows: number, { name, rounds, uploads, verify }: Options): Promise<void> {
  const file = await writeDataSet(name, join(stage.folder, `${name}.csv`), { rows });
  console.log(`\nData set ${name}: ${rows} rows, ${(file.bytes / 1e6).toFixed(0)} MB; ${uploads} upload(s) at a time`);
  const copies: Measured[] = [];
  const ingests: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    const sides = [
      async () => copies.push(await copy(stage, file)),
      async () => ingests.push(await ingest(stage, file, uploads, verify && round === 0)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    console.log(`  round ${round + 1}: COPY ${described(copies.at(-1)!)}; ingest ${described(ingests.at(-1)!)}`);
  }
  report(file, uploads, copies, ingests);
  rmSync(file.path);
}

function described({ seconds, postgresCpu, workerCpu, workerMegabytes }: Measured): string {
  const parts = [`${seconds.toFixed(2)} s, CPU ${postgresCpu.toFixed(1)} s in PostgreSQL`];
  if (workerCpu !== undefined) parts.push(`${workerCpu.toFixed(1)} s in the worker`);
  if (workerMegabytes !== undefined) parts.push(`${workerMegabytes.toFixed(0)} MB at most`);
  return parts.join(', ');
}

function report(file: WrittenDataSet, uploads: number, copies: Measured[], ingests: Measured[]): void {
  const seconds = (measured: Measured[]) => median(measured.map((round) => round.seconds));
  const rate = (times: number, took: number) =>
    `${((times * file.rows) / took).toFixed(0)} rows/s, ${((times * file.bytes) / 1e6 / took).toFixed(1)} MB/s`;
  const [yardstick, ours] = [seconds(copies), seconds(ingests)];
  console.log(`  COPY:   median ${yardstick.toFixed(2)} s, ${rate(1, yardstick)}`);
  console.log(
    `  ingest: median ${ours.toFixed(2)} s, ${rate(uploads, ours)}, ${((uploads * yardstick) / ours).toFixed(2)} of COPY`,
  );
}
