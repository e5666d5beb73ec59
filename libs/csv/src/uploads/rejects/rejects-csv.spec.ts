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
) => writtenIn('utf-8', columns, dialect, raws);
const writtenIn = async (
  encoding: string,
  columns: CsvColumn[],
  dialect: ReturnType<typeof newDialect> | null,
  raws: (string | Buffer)[],
  options = {},
) => {
  const parts: Buffer[] = [];
  for await (const part of rejectsCsv({ columns, dialect, encoding }, rejectsOf(...raws), options)) parts.push(part);
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
    const raws = ['1;=HYPERLINK("x");-5', '"@a;+b;＝c'];
    const columns = columnsNamed('id', '=1');
    const file = await writtenIn('utf-8', columns, newDialect({ delimiter: ';' }), raws, { escapeFormulas: true });
    expect(file.toString()).toBe(`id;'=1\n1;'=HYPERLINK("x");-5\n"'@a;'+b;'＝c\n`);
  });

  it.each([
    ['windows-1252', '', (text: string) => Buffer.from(text, 'latin1')],
    ['utf-16le', '\ufeff', (text: string) => Buffer.from(text, 'utf16le')],
    ['utf-16be', '\ufeff', (text: string) => Buffer.from(text, 'utf16le').swap16()],
  ])('writes the encoding of the file, also where it escapes formulas: %s', async (encoding, mark, encoded) => {
    const columns = columnsNamed('Größe', 'b');
    const raws = [encoded('1,ä,x'), encoded('2,=ö,x')];
    expect(await writtenIn(encoding, columns, newDialect({ newline: 'crlf' }), raws)).toEqual(
      encoded(`${mark}Größe,b\r\n1,ä,x\r\n2,=ö,x\r\n`),
    );
    expect(await writtenIn(encoding, columns, newDialect(), raws, { escapeFormulas: true })).toEqual(
      encoded(`${mark}Größe,b\n1,ä,x\n2,'=ö,x\n`),
    );
  });

  it('keeps what does not decode where it escapes formulas, and the second bytes of characters', async () => {
    const escaped = (encoding: string, raw: string, delimiter = ',') =>
      writtenIn(encoding, [], newDialect({ has_header: false, delimiter }), [Buffer.from(raw, 'latin1')], {
        escapeFormulas: true,
      });
    expect((await escaped('windows-1252', '=\x81,\xe4')).toString('latin1')).toBe("'=\x81,\xe4\n");
    // 83 7C is one character in Shift_JIS, whose second byte is a pipe.
    expect((await escaped('shift_jis', '1|\x83\x7c=|=x', '|')).toString('latin1')).toBe("1|\x83\x7c=|'=x\n");
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
