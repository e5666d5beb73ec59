import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/build/build.js';
import { Refusal, runScript } from '../../scripts/processes/refusal.js';
import { type WrittenDataSet, writeDataSet } from '../data-sets.js';
import { readArguments, wholeNumber } from '../measure/options.js';
import { Parts } from '../measure/parts.js';
import { machine, whole } from '../measure/report.js';
import { measureApis } from './apis.js';
import { apisTable, receivingLine, workersTable } from './report.js';
import { type Stage, setUpStage } from './stage.js';
import { measureWorkers, type WorkersResult } from './workers.js';

const USAGE =
  'Usage: bench:scale [--only workers|apis] [--workers N,…] [--uploads N] [--rows N] [--apis N,…] [--seconds N] [--connections N] [--rounds N]';

function options() {
  const { values } = readArguments(USAGE, {
    options: {
      only: { type: 'string' },
      workers: { type: 'string', default: '1,2,4' },
      uploads: { type: 'string', default: '8' },
      rows: { type: 'string', default: '200000' },
      apis: { type: 'string', default: '1,2' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '3' },
    },
  });
  if (values.only !== undefined && !['workers', 'apis'].includes(values.only)) throw new Refusal(USAGE);
  const number = wholeNumber(USAGE);
  const numbers = (text: string) => text.split(',').map(number);
  return {
    only: values.only,
    workers: numbers(values.workers),
    uploads: number(values.uploads),
    rows: number(values.rows),
    apis: numbers(values.apis),
    seconds: number(values.seconds),
    connections: number(values.connections),
    rounds: number(values.rounds),
  };
}

// `npm run bench:scale`: what more workers and more apis bring on this machine, and which part uses its cores.
await runScript(async () => {
  const chosen = options();
  const parts = new Parts((part) => console.log(`${part} …`));
  console.log(machine());
  await parts.time('build', () => ensureBuilt(console.log));
  const stage = await parts.time('servers', () => setUpStage(Math.max(...chosen.apis)));
  try {
    const path = join(stage.folder, 'A.csv');
    const file = await parts.time('writing the file', () => writeDataSet('A', path, { rows: chosen.rows }));
    if (chosen.only !== 'apis') await benchWorkers(stage, file, chosen, parts);
    if (chosen.only !== 'workers') await benchApis(stage, file, chosen, parts);
    rmSync(path);
  } finally {
    await stage.close();
  }
  console.log(parts.report());
  return 0;
});

async function benchWorkers(stage: Stage, file: WrittenDataSet, chosen: ReturnType<typeof options>, parts: Parts) {
  const { uploads, rounds } = chosen;
  const results: WorkersResult[] = [];
  for (const workers of chosen.workers) {
    const measured = () => measureWorkers(stage, file, { workers, uploads, rounds });
    results.push(await parts.time(`workers: ${workers}`, measured));
  }
  const size = `${whole(file.rows)} rows of 20 columns, ${(file.bytes / 1e6).toFixed(0)} MB`;
  console.log(`\n${uploads} uploads of ${size}:\n\n${workersTable(results)}\n\n${receivingLine(results)}\n`);
}

async function benchApis(stage: Stage, file: WrittenDataSet, chosen: ReturnType<typeof options>, parts: Parts) {
  const { seconds, connections, rounds } = chosen;
  const worker = await stage.startWorker();
  const upload = await stage.client.ingest({ path: file.path }, 'bench.csv');
  await worker.stop();
  const results = await parts.time('apis', () =>
    measureApis(stage, upload, { counts: chosen.apis, rounds, seconds, connections }),
  );
  console.log(`\n${connections} connections:\n\n${apisTable(results)}\n`);
}
