import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCorpus } from './corpus.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function store(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const load = () => loadCorpus(folder, z.strictObject({ rows: z.array(z.unknown()) }));

describe('loadCorpus', () => {
  it('returns the bytes and the expectation of each file, subfolders included', () => {
    store({
      'a.csv': Buffer.from([0xff, 0x0d, 0x0a]),
      'a.expected.json': '{ "rows": [] }',
      'quotes/b.csv': 'b\r\n',
      'quotes/b.expected.json': '{ "rows": [["1"]] }',
      'README.md': 'About the files.',
    });
    expect(load()).toEqual([
      { name: 'a', content: Buffer.from([0xff, 0x0d, 0x0a]), expected: { rows: [] } },
      { name: 'quotes/b', content: Buffer.from('b\r\n'), expected: { rows: [['1']] } },
    ]);
  });

  it('writes out repetitions, numbers and texts', () => {
    store({
      'a.expected.json': JSON.stringify({
        content: { text: ['id\n', { repeat: 2, of: [{ from: 7 }, { repeat: 3, of: ['x'] }, '\n'] }] },
        rows: [
          'first',
          { repeat: 2, of: [[{ text: ['c', { from: 10, step: 5 }] }, null], { from: 1 }] },
          [{ repeat: 2, of: [{ repeat: 2, of: [{ from: 1 }] }, { text: [{ repeat: 3, of: [{ from: 1 }, '-'] }] }] }],
        ],
      }),
    });
    const [file] = load();
    expect(file!.content.toString()).toBe('id\n7xxx\n8xxx\n');
    expect(file!.expected.rows).toEqual([
      'first',
      ['c10', null],
      1,
      ['c15', null],
      2,
      [1, 2, '1-2-3-', 1, 2, '1-2-3-'],
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a file without an expectation', { 'a.csv': '', 'b.expected.json': '{}' }, /^a\.csv has no a\.expected\.json/],
    ['an expectation without a file', { 'a.expected.json': '{ "rows": [] }' }, /^a\.expected\.json: .*either a \.csv/],
    [
      'a file that both exists and is generated',
      { 'a.csv': '', 'a.expected.json': '{ "content": "", "rows": [] }' },
      /^a\.expected\.json: .*either a \.csv/,
    ],
    ['a misspelt key', { 'a.csv': '', 'a.expected.json': '{ "rows": [], "row": [] }' }, /^a\.expected\.json: .*"row"/],
    ['a missing key', { 'a.csv': '', 'a.expected.json': '{}' }, /^a\.expected\.json: [\s\S]*rows/],
    [
      'a misspelt repetition',
      { 'a.expected.json': '{ "rows": [{ "repeat": 2, "off": [] }] }' },
      /^a\.expected\.json: /,
    ],
    ['invalid JSON', { 'a.csv': '', 'a.expected.json': '{' }, /^a\.expected\.json: .*JSON/],
    ['a folder without files', {}, /has no \.expected\.json files/],
  ])('refuses %s', (_, files, message) => {
    store(files);
    expect(load).toThrow(message);
  });
});
