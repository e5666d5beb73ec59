import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFile, copyTree } from './copied-tree.js';
import { filesFolder } from './files-folder.js';
import { readManifest, sizeOf, writeManifest } from './manifest.js';
import { type Source, takeBackup } from './take-backup.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (...names: string[]) => join(folder, ...names);
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('a copied tree', () => {
  it('has all wanted files and folders, empty folders too, which only the owner may read', async () => {
    mkdirSync(path('from', 'a', 'empty'), { recursive: true });
    mkdirSync(path('from', 'unwanted'));
    writeFileSync(path('from', 'a', 'one'), 'first', { mode: 0o644 });
    writeFileSync(path('from', 'two'), '');
    writeFileSync(path('from', 'unwanted', 'three'), 'third');
    symlinkSync('two', path('from', 'link'));
    const tree = await copyTree(path('from'), path('to'), (name) => name !== 'unwanted');
    expect(tree.folders.sort()).toEqual(['a', 'a/empty']);
    expect(tree.files).toEqual({
      'a/one': { bytes: 5, sha256: sha256('first') },
      two: { bytes: 0, sha256: sha256('') },
    });
    expect(sizeOf(tree)).toEqual({ files: 2, bytes: 5 });
    expect(readFileSync(path('to', 'a', 'one'), 'utf8')).toBe('first');
    expect(existsSync(path('to', 'a', 'empty'))).toBe(true);
    expect(existsSync(path('to', 'unwanted'))).toBe(false);
    expect(statSync(path('to', 'a')).mode & 0o777).toBe(0o700);
    expect(statSync(path('to', 'a', 'one')).mode & 0o777).toBe(0o600);
  });

  it('leaves out a file and a folder that have been deleted meanwhile', async () => {
    expect(await copyFile(path('gone'), path('copy'))).toBeNull();
    expect(existsSync(path('copy'))).toBe(false);
    expect(await copyTree(path('gone'), path('copies'))).toEqual({ folders: [], files: {} });
  });
});

describe('the manifest', () => {
  const manifest = {
    format: 1 as const,
    taken_at: '2026-11-27T00:00:00.000Z',
    version: '1.0.0',
    wal: { start: '0/1', stop: '0/2' },
    parts: { postgres: { folders: [], files: {} } },
  };

  it('is read as it was written', async () => {
    await writeManifest(folder, manifest);
    expect(await readManifest(folder)).toEqual(manifest);
  });

  it.each([
    ['is missing', undefined, 'is missing'],
    ['was cut off', '{"format": 1, "parts"', 'cannot be read'],
    ['is of a later version', '{"format": 2}', 'later version'],
  ])('that %s is refused', async (_, text, words) => {
    if (text !== undefined) writeFileSync(path('backup.json'), text);
    await expect(readManifest(folder)).rejects.toThrow(words);
  });
});

describe('a backup is refused', () => {
  const source = (): Source => ({
    dataDir: path('data'),
    databaseUrl: 'postgresql://x@localhost/x',
    filesDir: path('files'),
  });

  it.each([['data'], ['data/backup'], ['files/backup']])('into what it is to save: %s', async (place) => {
    await expect(takeBackup(source(), path(place))).rejects.toThrow('which a backup is to survive');
  });

  it('when PostgreSQL does not answer', async () => {
    const away = { ...source(), databaseUrl: `postgresql://x@localhost/x?host=${folder}` };
    await expect(takeBackup(away, path('data-2'))).rejects.toThrow('start the service, and then back it up');
  });
});

describe('the folder of the uploaded files', () => {
  it.each([
    [undefined, '/data/uploads'],
    ['file:///srv/files', '/srv/files'],
    ['s3://bucket/prefix', null],
  ])('for STORAGE_URL=%s is %s', (STORAGE_URL, expected) => {
    expect(filesFolder({ STORAGE_URL, DATA_DIR: '/data' })).toBe(expected);
  });
});
