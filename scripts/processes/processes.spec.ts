import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { startProcess } from './own-process.js';
import { tryPort } from './ports.js';
import { isAlive, startTimeOf } from './process-facts.js';
import { waitUntil } from './wait-until.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gone = (pid: number) =>
  waitUntil(() => startTimeOf(pid) === undefined, {
    timeoutMs: 5_000,
    onTimeout: () => new Error(`process ${pid} still runs`),
  });

describe('a child process', () => {
  it('reports its exit code or signal', async () => {
    const child = await startProcess({ command: 'sh', args: ['-c', 'exit 3'] });
    expect(await child.ended).toEqual({ code: 3, signal: null });
  });

  it('cannot start when there is no such program', async () => {
    await expect(startProcess({ command: join(folder, 'nothing'), args: [] })).rejects.toThrow('ENOENT');
  });

  it('is killed when it ignores the stop signal', async () => {
    const child = await startProcess({
      command: 'sh',
      args: ['-c', 'trap "" TERM; echo up; while :; do sleep 0.1; done'],
    });
    await once(child.output!.stdout, 'data');
    expect(await child.stop('SIGTERM', 200)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('ends when its parent is killed, and its temporary folder is deleted', async () => {
    const keep = join(folder, 'throwaway');
    const owner = join(folder, 'owner.ts');
    writeFileSync(
      owner,
      `import { mkdirSync } from 'node:fs';
       import { startProcess } from ${JSON.stringify(join(root, 'scripts/processes/own-process.ts'))};
       mkdirSync(${JSON.stringify(keep)});
       const child = await startProcess({ command: 'sleep', args: ['60'], removeAfterwards: [${JSON.stringify(keep)}] });
       console.log(child.pid);
       setInterval(() => {}, 1000);`,
    );
    const process_ = spawn(process.execPath, ['--import', '@swc-node/register/esm-register', owner], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await once(process_.stdout, 'data'));
    expect(isAlive(pid)).toBe(true);
    process_.kill('SIGKILL');
    await gone(pid);
    await waitUntil(() => !readable(keep), { timeoutMs: 5_000, onTimeout: () => new Error(`${keep} is still there`) });
  });

  it('does not lose its folder to the watchdog after a normal stop', async () => {
    const child = await startProcess({ command: 'sleep', args: ['60'], removeAfterwards: [folder] });
    await child.stop();
    await sleep(300);
    expect(readable(folder)).toBe(true);
  });
});

const readable = (path: string) => {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
};

describe('the start time of a process', () => {
  it('distinguishes it from a later process with the same pid', async () => {
    const child = await startProcess({ command: 'sleep', args: ['60'] });
    const birth = startTimeOf(child.pid);
    expect(birth).toBeTruthy();
    expect(startTimeOf(child.pid)).toBe(birth);
    expect(startTimeOf(process.pid)).not.toBe(birth);
    await child.stop();
    expect(startTimeOf(child.pid)).toBeUndefined();
  });
});

describe('a port', () => {
  it('that another process uses is not free, and the reason is returned', async () => {
    const found = await tryPort(0, '127.0.0.1');
    const port = 'port' in found ? found.port : 0;
    const { createServer } = await import('node:net');
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await tryPort(port, '127.0.0.1')).toEqual({ reason: 'EADDRINUSE' });
    server.close();
    await once(server, 'close');
    expect(await tryPort(port, '127.0.0.1')).toEqual({ port });
  });
});
