import type { CsvColumn } from '@app/csv-format';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newColumn } from '../../../test/rows/store-upload.js';
import { rejectsCsv } from './rejects-csv.js';

const newDialect = (over: object = {}) => ({
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf' as const,
  has_header: true,
  ...over,
});
const columnsNamed = (...names: string[]): CsvColumn[] =>
  names.map((name, at) => newColumn({ key: `k${at}`, name, position: at + 1 }));

async function* rejectsOf(...raws: (string | Buffer)[]) {
  for (const raw of raws) yield { raw: Buffer.from(raw) };
}
const written = async (
  columns: CsvColumn[],
  dialect: ReturnType<typeof newDialect> | null,
  ...raws: (string | Buffer)[]
) => {
  const parts: Buffer[] = [];
  for await (const part of rejectsCsv(columns, dialect, rejectsOf(...raws))) parts.push(part);
  return Buffer.concat(parts);
};

describe('rejectsCsv', () => {
  it('writes the header and then each record', async () => {
    const file = await written(columnsNamed('id', 'Unit Price'), newDialect(), '1,2,3', '"x', '4,"a\nb",5');
    expect(file.toString()).toBe('id,Unit Price\n1,2,3\n"x\n4,"a\nb",5\n');
  });

  it('ends lines as the original file does', async () => {
    expect((await written(columnsNamed('a'), newDialect({ newline: 'crlf' }), 'x,y')).toString()).toBe('a\r\nx,y\r\n');
    expect((await written(columnsNamed('a'), newDialect({ newline: 'cr' }), 'x,y')).toString()).toBe('a\rx,y\r');
    expect((await written(columnsNamed('a'), newDialect({ newline: 'mixed' }), 'x,y')).toString()).toBe('a\nx,y\n');
  });

  it('writes no header if the file had none', async () => {
    expect((await written(columnsNamed('', ''), newDialect({ has_header: false }), 'x,y,z')).toString()).toBe(
      'x,y,z\n',
    );
    expect((await written([], null, 'x,y,z')).toString()).toBe('x,y,z\n');
  });

  it('escapes formulas in each cell if it is asked to', async () => {
    const parts: Buffer[] = [];
    const rejects = rejectsOf('1;=HYPERLINK("x");-5', '"@a;+b;＝c');
    const dialect = newDialect({ delimiter: ';' });
    for await (const part of rejectsCsv(columnsNamed('id', '=1'), dialect, rejects, { escapeFormulas: true })) {
      parts.push(part);
    }
    expect(Buffer.concat(parts).toString()).toBe(`id;'=1\n1;'=HYPERLINK("x");-5\n"'@a;'+b;'＝c\n`);
  });

  it('keeps bytes that are not valid text', async () => {
    const raw = Buffer.from('1,Z\xfcrich', 'latin1');
    expect((await written(columnsNamed('a'), newDialect(), raw)).subarray(2)).toEqual(
      Buffer.from('1,Z\xfcrich\n', 'latin1'),
    );
  });

  it('names the columns in file order', async () => {
    expect((await written(columnsNamed('a', 'b', 'c').reverse(), newDialect())).toString()).toBe('a,b,c\n');
  });

  it('quotes nothing in a dialect without quotes', async () => {
    const file = await written(columnsNamed('a"b', 'c'), newDialect({ quote: '', delimiter: '\t' }));
    expect(file.toString()).toBe('a"b\tc\n');
  });
});

describe('the header of rejectsCsv', () => {
  const marks = fc.constantFrom(',', ';', '"', "'", '\\', '\n', ' ', '$&', 'é');
  const name = fc.array(fc.oneof(marks, fc.string({ maxLength: 4 })), { maxLength: 6 }).map((parts) => parts.join(''));

  it.each([
    ['doubled quotes', { delimiter: ',', quote: '"', escape: '"' }],
    ['single quotes', { delimiter: ';', quote: "'", escape: "'" }],
    ['backslashes', { delimiter: '\t', quote: '"', escape: '\\' }],
  ])('gives another parser the same names (%s)', async (_, dialect) => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 8 }), async (names) => {
        const file = await written(columnsNamed(...names), newDialect(dialect));
        expect(parse(file, { ...dialect, record_delimiter: '\n' })).toEqual([names]);
      }),
    );
  });
});
