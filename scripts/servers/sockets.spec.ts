import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFitForSockets, socketFolder } from './sockets.js';

describe('a folder for sockets', () => {
  it.each([
    ['too long for the kernel', `/${'x'.repeat(90)}`],
    ['with a blank, which addresses would escape', '/home/ada lovelace/run'],
    ['with a letter that addresses would escape', '/home/zoë/run'],
    ['with a percent sign', '/home/a%20b/run'],
  ])('is not suitable when its name is %s', (_, folder) => {
    expect(isFitForSockets(folder)).toBe(false);
  });

  it('leaves room for the longest socket name within the 104 bytes of macOS', () => {
    const longest = `/${'x'.repeat(200)}`;
    const fit = [...longest].map((_, length) => longest.slice(0, length)).findLast(isFitForSockets)!;
    expect(`//${fit}/.s.PGSQL.5432`.length).toBeLessThan(104);
  });

  it('is the preferred one, and only its owner can enter it', () => {
    const parent = mkdtempSync(join(tmpdir(), 's-'));
    const { folder, temporary } = socketFolder(join(parent, 'run'));
    expect([folder, temporary]).toEqual([join(parent, 'run'), false]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    rmSync(parent, { recursive: true });
  });

  it('is a new temporary one when the preferred name is not suitable', () => {
    const { folder, temporary } = socketFolder('/home/ada lovelace/run');
    expect(temporary).toBe(true);
    expect(isFitForSockets(folder) && existsSync(folder)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
