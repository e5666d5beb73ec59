import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogRotation } from './log-rotation.js';
import { LogView } from './log-view.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  file = join(folder, 'a.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = () =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

describe('the rotation of logs', () => {
  it('renames a file that has reached its size, and keeps as many as it is told', () => {
    const rotation = new LogRotation([{ file }, { file: join(folder, 'none.log') }], { bytes: 3, keep: 2 });
    for (const line of ['one', 'two', 'three', 'four']) {
      appendFileSync(file, line);
      rotation.look();
    }
    expect(contents()).toEqual({ 'a.log': '', 'a.log.1': 'four', 'a.log.2': 'three' });
    appendFileSync(file, '5');
    rotation.look();
    expect(contents()['a.log']).toBe('5');
  });

  it('gives a file its name back when its writer cannot begin another', () => {
    const reopen = () => {
      throw new Error('no room');
    };
    appendFileSync(file, 'one');
    new LogRotation([{ file, reopen }], { bytes: 3, keep: 2 }).look();
    expect(contents()).toEqual({ 'a.log': 'one' });
  });

  it('is followed by the view on the terminal, also when it happened several times between two looks', () => {
    const shown: string[] = [];
    const view = new LogView(file, 'api', 3, (text) => shown.push(text));
    const rotation = new LogRotation([{ file }], { bytes: 1, keep: 3 });
    for (const line of ['one', 'two', 'three']) {
      appendFileSync(file, `${line}\n`);
      rotation.look();
    }
    appendFileSync(file, 'four\n');
    view.close();
    expect(shown).toEqual(['api: one', 'api: two', 'api: three', 'api: four']);
  });
});
