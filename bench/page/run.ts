import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/build/build.js';
import { appCommand } from '../../scripts/processes/app-process.js';
import { startProcess } from '../../scripts/processes/own-process.js';
import { runScript } from '../../scripts/processes/refusal.js';
import { newPage, startBrowser } from '../../test/support/browser.js';
import { Client } from '../../test/support/client.js';
import { writeDataSet } from '../data-sets.js';
import { readArguments, wholeNumber } from '../measure/options.js';
import { Parts } from '../measure/parts.js';
import { machine, whole } from '../measure/report.js';
import { startSide } from '../measure/side.js';
import { startServers } from '../servers.js';
import { jump } from './jumps.js';
import { isLevel, jumpsTable, verdict } from './report.js';

const USAGE = 'Usage: npm run bench:page -- [--rows N] [--jumps N]';
const LONGEST_INGEST_MS = 20 * 60_000;

// A grid over many rows in a browser: how long a jump of the scroll bar takes, and whether the tab keeps what it has shown.
await runScript(async () => {
  const { values } = readArguments(USAGE, {
    options: { rows: { type: 'string', default: '1000000' }, jumps: { type: 'string', default: '1000' } },
  });
  const number = wholeNumber(USAGE);
  const [rows, count] = [number(values.rows), number(values.jumps)];
  const parts = new Parts((part) => console.log(`${part} …`));
  console.log(machine());
  await parts.time('build', () => ensureBuilt(console.log));
  const servers = await parts.time('servers', () => startServers('page'));
  const { folder, env } = servers;
  const api = await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, 'api.log') });
  const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile: join(folder, 'worker.log') });
  const browser = await startBrowser();
  try {
    const person = await new Client(api.origin).withAccount();
    const file = await parts.time('writing the file', () => writeDataSet('A', join(folder, 'rows.csv'), { rows }));
    const { id } = await parts.time('loading', async () => {
      const { body } = await person.upload({ path: file.path }, 'bench.csv');
      return person.untilFinal(body.id, LONGEST_INGEST_MS);
    });
    rmSync(file.path);
    const { page, faults } = await newPage(browser, api.origin);
    const session = JSON.stringify({ token: person.token, email: person.email });
    await page.addInitScript(`sessionStorage.setItem('session', ${JSON.stringify(session)})`);
    await page.goto(`/uploads/${id}/rows`);
    await page.locator('#cell-0-0').waitFor();
    const jumps = await parts.time('jumps', () => jump(page, count, Math.max(1, Math.ceil(count / 10))));
    console.log(`\n${whole(rows)} rows of 20 columns, a window of 1440 x 900, ${browser.version()}\n`);
    console.log(jumpsTable(jumps));
    console.log(`\n${verdict(jumps)}\n\n${parts.report()}`);
    for (const fault of faults) console.error(`The page reported: ${fault}`);
    if (jumps.wrong > 0) console.error(`${whole(jumps.wrong)} rows were not those of their place.`);
    return jumps.wrong === 0 && faults.length === 0 && isLevel(jumps.footprints) ? 0 : 1;
  } finally {
    await browser.close();
    await Promise.all([api.process.stop(), worker.stop()]);
    await servers.stop();
  }
});
