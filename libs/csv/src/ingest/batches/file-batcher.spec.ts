import { NO_RULE, NONE, withoutEmptyProperty } from '@app/csv-format';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { type Batch, memoryOf } from './batch.js';
import { type BatchReaderOptions, FileBatcher, firstByteToRead } from './file-batcher.js';

const START = { batch: 0, record: 0, row: 0, text: 0, byte: 0, line: 0 };
const newOptions = (over: Partial<BatchReaderOptions> = {}): BatchReaderOptions => ({
  grammar: { delimiter: ',', quote: '"', escape: '"', newline: 'lf' },
  encoding: 'utf-8',
  columns: [{ name: 'a' }, { name: 'b' }],
  rules: [NO_RULE, NO_RULE],
  nullValues: [],
  from: START,
  batchRecords: 2,
  rejectLimit: 1_000,
  ...over,
});

/** A batch as the database gets it, copied before its memory is used again. */
interface Stored {
  end: Batch['end'];
  rows: string[];
  rejects: string[];
  evidence: Batch['evidence'];
}

const stored = ({ end, rows, rowCount, rejects, evidence }: Batch): Stored => ({
  end,
  rows: rowCount === 0 ? [] : Buffer.from(rows.text).toString('latin1').split('\x1e'),
  rejects: rejects.count === 0 ? [] : [...Buffer.from(rejects.facts).toString().split('\n'), ...rejects.codes],
  evidence,
});

function batchesOf(file: Buffer, options: BatchReaderOptions, size: number): Stored[] {
  const batcher = new FileBatcher(options);
  const found: Stored[] = [];
  const take = (batches: Batch[]) => {
    for (const batch of batches) {
      found.push(stored(batch));
      batcher.recycle(memoryOf(batch));
    }
  };
  for (let at = firstByteToRead(options); at < file.length; at += size)
    take(batcher.write(file.subarray(at, at + size)));
  take(batcher.end());
  return found;
}

/** What all values of each column can be read as, however they are cut into batches. */
const typesOf = (batches: Stored[]) =>
  [0, 1].map((column) => {
    const readings = batches.map(({ evidence }) =>
      evidence.exceptions.some((one) => one.column === column) ? NONE : evidence.readings[column]!,
    );
    return withoutEmptyProperty(readings.reduce((all, some) => all & some, -1));
  });

describe('batches', () => {
  const SIGNS = [
    ...',,""\n\n\n1a\r\\',
    '\r\n',
    '1,2\n',
    '"x","y"\n',
    '2024-01-01,true\n',
    '"a\nb",é\n',
    'a,b,c\n',
    'a,,\n',
    '\x1f',
    '\x01',
    '\0',
    '名',
  ];
  const anyText = fc.array(fc.constantFrom(...SIGNS), { maxLength: 40 }).map((parts) => parts.join(''));
  const newline = fc.constantFrom('lf', 'crlf', 'cr', 'mixed') as fc.Arbitrary<
    BatchReaderOptions['grammar']['newline']
  >;
  const encoding = fc.constantFrom('utf-8', 'utf-16le', 'windows-1252', 'shift_jis');

  it('hold the same rows and rejects wherever the file is cut into chunks', () => {
    fc.assert(
      fc.property(anyText, newline, encoding, fc.integer({ min: 1, max: 9 }), (text, kind, encodedAs, size) => {
        const options = newOptions({ encoding: encodedAs });
        options.grammar = { ...options.grammar, newline: kind };
        const file = iconv.encode(text, encodedAs);
        const contents = (batches: Stored[]) => ({
          rows: batches.flatMap(({ rows }) => rows),
          rejects: batches.flatMap(({ rejects }) => rejects),
          types: typesOf(batches),
          end: batches.at(-1)?.end,
        });
        expect(contents(batchesOf(file, options, size))).toEqual(contents(batchesOf(file, options, 1000)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('go on from the end of any batch as if there had been no interruption', () => {
    fc.assert(
      fc.property(anyText, newline, encoding, (text, kind, encodedAs) => {
        const options = newOptions({ encoding: encodedAs });
        options.grammar = { ...options.grammar, newline: kind };
        const file = iconv.encode(text, encodedAs);
        const all = batchesOf(file, options, 1000);
        for (const [index, { end }] of all.entries()) {
          expect(batchesOf(file, { ...options, from: end }, 1000)).toEqual(all.slice(index + 1));
        }
        const lastByte = all.at(-1)?.end.byte ?? 0;
        expect(lastByte).toBe(file.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('end at the limit of records, and one reject more than allowed ends the file', () => {
    const file = Buffer.from('1,2\n3,4\n5,6\na,b,c\n7,8,9\n0,1\n');
    const batches = batchesOf(file, newOptions(), 1000);
    expect(batches.map(({ rows }) => rows)).toEqual([['1\x1f2', '3\x1f4'], ['5\x1f6'], ['0\x1f1']]);
    expect(batches.map(({ end }) => end)).toMatchObject([
      { batch: 1, record: 2, row: 2, byte: 8, line: 2 },
      { batch: 2, record: 4, row: 3, byte: 18, line: 4 },
      { batch: 3, record: 6, row: 4, byte: 28, line: 6 },
    ]);
    expect(batchesOf(file, newOptions({ rejectLimit: 1 }), 1000).at(-1)!.end).toMatchObject({ record: 5, row: 3 });
  });

  it('have room for rows whose control characters make them longer', () => {
    const row = `${'\x01'.repeat(300_000)},${'\x1f'.repeat(1_000)}`;
    const [batch] = batchesOf(Buffer.from(`${row}\n`), newOptions(), 100_000);
    expect(batch!.rows).toEqual([`${'\x03\x01\x01'.repeat(300_000)}\x1f${'\x1d\x02'.repeat(1_000)}`]);
  });
});
