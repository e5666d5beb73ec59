import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wide } from './data-sets/wide.js';
import {
  DATA_SETS,
  type DataSetColumn,
  type DataSetName,
  dataSetChunks,
  type Probe,
  writeDataSet,
} from './data-sets.js';

const NAMES = Object.keys(DATA_SETS) as DataSetName[];

const bytesOf = (name: DataSetName, rows: number, seed = 1) => Buffer.concat([...dataSetChunks(name, { rows, seed })]);
/** The tests take as long for a wide file as for others. */
const sized = (name: DataSetName, rows: number) => (name === 'W' ? rows / 10 : rows);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const recordsOf = (bytes: Buffer): string[][] => parse(bytes, { record_delimiter: ['\r\n', '\n'] });

/** The narrowest type of the contract that one value fits. */
function typeOf(value: string): DataSetColumn['type'] {
  if (/^-?(0|[1-9]\d*)$/.test(value)) return Number.isSafeInteger(Number(value)) ? 'integer' : 'text';
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value))
    return value.replace(/\D/g, '').length <= 15 ? 'number' : 'text';
  if (/^(true|false)$/i.test(value)) return 'boolean';
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'date';
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/.test(value) ? 'datetime' : 'text';
}

function typeOfColumn(values: string[]): DataSetColumn['type'] {
  const types = new Set(values.filter((value) => value !== '').map(typeOf));
  if (types.size === 1) return [...types][0]!;
  return types.size === 2 && types.has('integer') && types.has('number') ? 'number' : 'text';
}

function answers(probe: Probe, row: Record<string, string>): boolean {
  if (probe.search !== undefined)
    return Object.values(row).some((value) => value.toLowerCase().includes(probe.search!));
  return Object.entries(probe.filters ?? {}).every(([key, condition]) => {
    const value = row[key]!;
    if (typeof condition === 'string') return value === condition;
    if (Array.isArray(condition)) return condition.includes(value);
    return Object.entries(condition).every(([operator, operand]) => {
      const comparable = typeof operand === 'number' ? Number(value) : value;
      switch (operator) {
        case 'gte':
          return value !== '' && comparable >= operand;
        case 'lt':
          return value !== '' && comparable < operand;
        case 'contains':
          return value.toLowerCase().includes(String(operand).toLowerCase());
        default:
          throw new Error(`no probe uses ${operator} yet`);
      }
    });
  });
}

describe('every data set', () => {
  // Measurements in the README and in decisions name a data set by name, rows and seed. A change of its bytes makes them incomparable.
  it.each<[DataSetName, string]>([
    ['A', '770e456260ba11783a0be5bd66be1bc34de9b4a3f039b1d81f4b1a24fd2a120d'],
    ['B', 'fa8c211a26bde36d75bdf4c8c1eecb629f6cd3bf4de8faa6109c14a0762640c1'],
    ['W', '7745b12554f756ad7d2887c118aa9d4db5b704c92bf30a019ebe41f94283db18'],
    ['tricky', 'c2258cb6c8fe072a2021e9b4111095d2f21f2d7f203749c1d0b9c6dece568158'],
  ])('%s gives the bytes that were measured', (name, expected) => {
    expect(sha256(bytesOf(name, 5000))).toBe(expected);
  });

  it.each(NAMES)('%s differs by seed', (name) => {
    expect(bytesOf(name, 100, 2).equals(bytesOf(name, 100, 1))).toBe(false);
  });

  it.each(NAMES)('%s with fewer rows is a prefix of itself with more', (name) => {
    const most = sized(name, 4000);
    const many = bytesOf(name, most);
    for (const rows of [0, 1, 17, most - 1]) {
      const few = bytesOf(name, rows);
      expect(many.subarray(0, few.length).equals(few)).toBe(true);
    }
  });

  it.each(NAMES)('%s has its columns as header and the requested number of records', (name) => {
    const rows = sized(name, 3000);
    const [header, ...records] = recordsOf(bytesOf(name, rows));
    expect(header).toEqual(DATA_SETS[name].columns.map((column) => column.name));
    expect(records).toHaveLength(rows);
    expect(new Set(records.map((record) => record.length))).toEqual(new Set([DATA_SETS[name].columns.length]));
  });

  it.each(NAMES)('%s comes in chunks of whole records of at most 1 MiB, which do not change later', (name) => {
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    for (const chunk of dataSetChunks(name, { rows: sized(name, 30_000) })) {
      hash.update(chunk);
      chunks.push(chunk);
    }
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(1 << 20);
      expect(chunk.at(-1)).toBe(0x0a);
    }
    expect(sha256(Buffer.concat(chunks))).toBe(hash.digest('hex'));
  });

  it.each(NAMES)('%s has the declared column types', (name) => {
    const [, ...records] = recordsOf(bytesOf(name, sized(name, 5000)));
    const found = DATA_SETS[name].columns.map((column, i) => ({
      name: column.name,
      type: typeOfColumn(records.map((record) => record[i]!)),
    }));
    expect(found).toEqual(DATA_SETS[name].columns.map(({ name, type }) => ({ name, type })));
  });

  it.each(['A', 'B'] as const)('%s has the declared share of matching rows for each probe', (name) => {
    const rows = 40_000;
    const [header, ...records] = recordsOf(bytesOf(name, rows));
    const objects = records.map((record) => Object.fromEntries(record.map((value, i) => [header![i]!, value])));
    for (const [probeName, probe] of Object.entries<Probe>(DATA_SETS[name].probes)) {
      const count = objects.filter((row) => answers(probe, row)).length;
      const expected = probe.share * rows;
      // A rare value is at fixed places, one of them near the start; the others are random, so five standard deviations are allowed.
      if (probe.share < 1e-5) expect(count, probeName).toBe(probe.share === 0 ? 0 : 1);
      else expect(Math.abs(count - expected), probeName).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('rejects an invalid number of rows and an invalid seed', () => {
    expect(() => dataSetChunks('A', { rows: -1 })).toThrow(RangeError);
    expect(() => dataSetChunks('A', { rows: Number.NaN })).toThrow(RangeError);
    expect(() => dataSetChunks('A', { seed: 0.5 })).toThrow(RangeError);
  });
});

describe('data set A', () => {
  const [, ...records] = recordsOf(bytesOf('A', 20_000));
  const column = (name: string) =>
    records.map((record) => record[DATA_SETS.A.columns.findIndex((column) => column.name === name)]!);

  it('needs no header normalising', () => {
    for (const { name, key } of DATA_SETS.A.columns) expect(key).toBe(name);
  });

  it('makes 364 MB of a million rows', () => {
    expect(bytesOf('A', 20_000).length / 20_000).toBeGreaterThan(362);
    expect(bytesOf('A', 20_000).length / 20_000).toBeLessThan(366);
  });

  it('has distinct ids, codes with leading zeros, and UUIDs of version 4', () => {
    expect(new Set(column('order_id')).size).toBe(20_000);
    expect(new Set(column('order_code')).size).toBe(20_000);
    expect(column('order_code').filter((code) => code.startsWith('0')).length).toBeGreaterThan(1500);
    expect(new Set(column('request_id')).size).toBe(20_000);
    for (const id of column('request_id'))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('has newlines, quotes and commas inside quotes, UTF-8, empty cells and texts of kilobytes', () => {
    expect(column('comment').some((text) => text.includes('\n'))).toBe(true);
    expect(column('comment').some((text) => text.includes('"'))).toBe(true);
    expect(column('city')).toContain('Washington, DC');
    expect(column('city')).toContain('東京');
    expect(column('description').some((text) => text.length > 2500)).toBe(true);
    const share = column('discount').filter((value) => value === '').length / 20_000;
    expect(share).toBeGreaterThan(0.58);
    expect(share).toBeLessThan(0.62);
    expect(bytesOf('A', 100).includes(',"","')).toBe(true);
  });
});

describe('data set B', () => {
  it('needs no header normalising and no quotes', () => {
    for (const { name, key } of DATA_SETS.B.columns) expect(key).toBe(name);
    expect(bytesOf('B', 10_000).includes('"')).toBe(false);
  });

  it('continues from day to day', () => {
    const [, ...records] = recordsOf(bytesOf('B', 86_402));
    expect(records.slice(-3).map((record) => record[2])).toEqual([
      '2024-01-01T23:59:59Z',
      '2024-01-02T00:00:00Z',
      '2024-01-02T00:00:01Z',
    ]);
  });
});

describe('the wide data set', () => {
  const rows = 4_000;
  const [header, ...records] = recordsOf(bytesOf('W', rows));
  const objects = records.map((record) => Object.fromEntries(record.map((value, i) => [header![i]!, value])));

  it('has rows of more than 2 KB, which PostgreSQL moves out of the table', () => {
    expect(bytesOf('W', rows).length / rows).toBeGreaterThan(2_300);
    expect(bytesOf('W', 10).includes('"')).toBe(false);
  });

  it.each(Object.entries(DATA_SETS.W.probes))('has the declared share of matching rows for %s', (_, probe: Probe) => {
    const count = objects.filter((row) => answers(probe, row)).length;
    if (probe.share < 1e-3) expect(count).toBe(probe.share === 0 ? 0 : 1);
    else expect(Math.abs(count - probe.share * rows)).toBeLessThan(5 * Math.sqrt(probe.share * rows));
  });

  it('is made with any number of columns', () => {
    const bytes = Buffer.concat([...dataSetChunks(wide(12), { rows: 3 })]);
    expect(recordsOf(bytes).map((record) => record.length)).toEqual([12, 12, 12, 12]);
    expect(() => wide(5)).toThrow(RangeError);
  });
});

describe('the tricky data set', () => {
  it('has every difficulty in every hundred rows', () => {
    const [, ...records] = recordsOf(bytesOf('tricky', 300));
    for (const hundred of [records.slice(0, 100), records.slice(100, 200), records.slice(200, 300)]) {
      const cells = new Set(hundred.flat());
      for (const trouble of DATA_SETS.tricky.troubles) expect(cells).toContain(trouble);
    }
  });

  it('has CRLF inside quotes and after records, quoted empty cells, and records of empty cells only', () => {
    const bytes = bytesOf('tricky', 300);
    expect(bytes.includes('one\r\ntwo"')).toBe(true);
    expect(bytes.includes(',"",')).toBe(true);
    const [, ...records] = recordsOf(bytes);
    expect(records.filter((record) => record.every((cell) => cell === ''))).toHaveLength(3);
  });
});

describe('writeDataSet', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'data-sets-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('reports the size and the hash of the file', async () => {
    const path = join(directory, 'a.csv');
    const written = await writeDataSet('A', path, { rows: 5000, seed: 7 });
    const bytes = await readFile(path);
    expect(written).toEqual({ path, bytes: bytes.length, rows: 5000, sha256: sha256(bytes) });
    expect(bytes.equals(bytesOf('A', 5000, 7))).toBe(true);
  });

  it('leaves nothing behind when it fails', async () => {
    const taken = join(directory, 'taken.csv');
    await mkdir(taken);
    await expect(writeDataSet('B', taken, { rows: 10 })).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['taken.csv']);
  });
});
