import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/build/build.js';
import { appCommand } from '../../scripts/processes/app-process.js';
import { startProcess } from '../../scripts/processes/own-process.js';
import { runScript } from '../../scripts/processes/refusal.js';
import { readArguments, wholeNumber } from '../measure/options.js';
import { machine } from '../measure/report.js';
import { startSide } from '../measure/side.js';
import { startServers } from '../servers.js';
import { soak } from './soak.js';

const USAGE = 'Usage: soak [--seconds N] [--rate N]';

// Ten minutes of work at a bounded rate: no fault, and memory, connections and open files stay level.
await runScript(async () => {
  const { values } = readArguments(USAGE, {
    options: { seconds: { type: 'string', default: '600' }, rate: { type: 'string', default: '4' } },
  });
  const number = wholeNumber(USAGE);
  console.log(machine());
  await ensureBuilt(console.log);
  const servers = await startServers('soak');
  const { folder, env } = servers;
  const api = await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, 'api.log') });
  const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile: join(folder, 'worker.log') });
  try {
    const { record, series, left, report } = await soak(
      {
        origin: api.origin,
        databaseUrl: servers.postgres.url,
        processes: [
          { name: 'api', pid: api.process.pid },
          { name: 'worker', pid: worker.pid },
        ],
      },
      { seconds: number(values.seconds), perSecond: number(values.rate), atOnce: 24 },
    );
    console.log(report);
    const level = series.every(({ isLevel }) => isLevel);
    if (!level) console.log('Not level: what rises by the minute is not given back.');
    return record.faults.length === 0 && left.length === 0 && level ? 0 : 1;
  } finally {
    await Promise.all([api.process.stop(), worker.stop()]);
    await servers.stop();
  }
});
