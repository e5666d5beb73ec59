import type { CsvColumn } from '@app/csv-format';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLine, rejectsCsv } from './rejects-csv.js';

const newDialect = (over: object = {}) => ({
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf' as const,
  has_header: true,
  ...over,
});
const columnsNamed = (...names: string[]): CsvColumn[] =>
  names.map((name, at) => ({ key: `k${at}`, name, type: 'text', position: at + 1 }));

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

describe('a file of rejects', () => {
  it('has the header and then each record on its line', async () => {
    const file = await written(columnsNamed('id', 'Unit Price'), newDialect(), '1,2,3', '"x', '4,"a\nb",5');
    expect(file.toString()).toBe('id,Unit Price\n1,2,3\n"x\n4,"a\nb",5\n');
  });

  it('ends its lines as the file did', async () => {
    expect((await written(columnsNamed('a'), newDialect({ newline: 'crlf' }), 'x,y')).toString()).toBe('a\r\nx,y\r\n');
    expect((await written(columnsNamed('a'), newDialect({ newline: 'cr' }), 'x,y')).toString()).toBe('a\rx,y\r');
    expect((await written(columnsNamed('a'), newDialect({ newline: 'mixed' }), 'x,y')).toString()).toBe('a\nx,y\n');
  });

  it('has no header where the file had none', async () => {
    expect((await written(columnsNamed('', ''), newDialect({ has_header: false }), 'x,y,z')).toString()).toBe(
      'x,y,z\n',
    );
    expect((await written([], null, 'x,y,z')).toString()).toBe('x,y,z\n');
  });

  it('leaves bytes alone that are no text', async () => {
    const raw = Buffer.from('1,Z\xfcrich', 'latin1');
    expect((await written(columnsNamed('a'), newDialect(), raw)).subarray(2)).toEqual(
      Buffer.from('1,Z\xfcrich\n', 'latin1'),
    );
  });

  it('names the columns in the order of the file', () => {
    expect(headerLine(columnsNamed('a', 'b', 'c').reverse(), newDialect())).toBe('a,b,c');
  });

  it('cannot quote where nothing is quoted', () => {
    expect(headerLine(columnsNamed('a"b', 'c'), newDialect({ quote: '', delimiter: '\t' }))).toBe('a"b\tc');
  });
});

describe('its header, read by another parser,', () => {
  const marks = fc.constantFrom(',', ';', '"', "'", '\\', '\n', ' ', '$&', 'é');
  const name = fc.array(fc.oneof(marks, fc.string({ maxLength: 4 })), { maxLength: 6 }).map((parts) => parts.join(''));

  it.each([
    ['doubled quotes', { delimiter: ',', quote: '"', escape: '"' }],
    ['single quotes', { delimiter: ';', quote: "'", escape: "'" }],
    ['backslashes', { delimiter: '\t', quote: '"', escape: '\\' }],
  ])('has the names it was made of (%s)', (_, dialect) => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const line = headerLine(columnsNamed(...names), newDialect(dialect))!;
        expect(parse(`${line}\n`, { ...dialect, record_delimiter: '\n' })).toEqual([names]);
      }),
    );
  });
});
