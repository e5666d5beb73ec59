import { parseArgs } from 'node:util';
import { DATA_SETS, type DataSetName, writeDataSet } from './data-sets.js';

const USAGE = `Usage: make-data <${Object.keys(DATA_SETS).join('|')}> [--rows N] [--seed N] [--out FILE]`;

const isDataSet = (name: string | undefined): name is DataSetName =>
  name !== undefined && Object.hasOwn(DATA_SETS, name);
const wholeNumber = (text: string | undefined) => (text === undefined ? undefined : Number(text.replaceAll('_', '')));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rows: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } },
  });
  const [name] = positionals;
  if (!isDataSet(name) || positionals.length > 1) throw new RangeError('name one data set');

  const started = performance.now();
  const path = values.out ?? `${name}.csv`;
  const written = await writeDataSet(name, path, { rows: wholeNumber(values.rows), seed: wholeNumber(values.seed) });
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify(written));
  console.error(
    `${(written.bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s, ${(written.bytes / 1e6 / seconds).toFixed(0)} MB/s`,
  );
}

try {
  await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
