import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSide } from '../bench/measure/side.js';
import { startServers } from '../bench/servers.js';
import { startBrowser } from '../test/support/browser.js';
import { Client } from '../test/support/client.js';
import { ensureBuilt } from './build/build.js';
import { makeScene, takeEveryView, takeImages } from './images/views.js';
import { appCommand } from './processes/app-process.js';
import { startProcess } from './processes/own-process.js';
import { runScript } from './processes/refusal.js';
import { root } from './root.js';

// `npm run images` takes the images of the README from the real page. `npm run images -- --all FOLDER` takes each view in both themes and
// two widths instead, to be looked at after a change of styles.
await runScript(async () => {
  const { values } = parseArgs({ options: { all: { type: 'string' } } });
  await ensureBuilt(console.log);
  const servers = await startServers('images');
  const { folder, env } = servers;
  const api = await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, 'api.log') });
  const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile: join(folder, 'worker.log') });
  const browser = await startBrowser();
  try {
    const person = await new Client(api.origin).withAccount({ email: 'grace@example.org', full_name: 'Grace Hopper' });
    const scene = await makeScene(api.origin, person);
    const target = values.all === undefined ? join(root, 'docs', 'images') : resolve(values.all);
    mkdirSync(target, { recursive: true });
    await (values.all === undefined ? takeImages : takeEveryView)(browser, scene, target);
    console.log(`The images are in ${target}.`);
    return 0;
  } finally {
    await browser.close();
    await Promise.all([api.process.stop(), worker.stop()]);
    await servers.stop();
  }
});
