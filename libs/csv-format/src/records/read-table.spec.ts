import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { detectDialect } from '../dialect/detect-dialect.js';
import { detectFile } from '../dialect/detect-file.js';
import type { DialectOptions } from '../model.js';
import { type CsvRecord, type RejectedLine, readRecords, readTableStart } from './read-table.js';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readFile(bytes: Buffer, options: DialectOptions = {}, size = 64 * 1024) {
  const verdict = await detectFile(inPieces(bytes, size), options);
  const records: (CsvRecord | RejectedLine)[] = [];
  for await (const record of readRecords(inPieces(bytes, size), verdict.dialect)) records.push(record);
  return { ...verdict, records };
}

describe('the start of a table', () => {
  const startOf = async (text: string, options: DialectOptions, skip?: number) => {
    const { dialect } = await detectFile(inPieces(Buffer.from(text), 100), { ...options, skip: 0 });
    const { position, ...start } = await readTableStart(inPieces(Buffer.from(text), 5), dialect, skip);
    return { ...start, line: position.line + 1, rest: text.slice(position.text) };
  };

  it('is behind the records that are skipped below the header', async () => {
    expect(await startOf('id,n\n\n-,"EUR,\nnet"\n1,2\n', { header: 'true' }, 1)).toEqual({
      header: ['id', 'n'],
      skipped: { count: 1, first_line: 3 },
      comments: null,
      line: 5,
      rest: '1,2\n',
    });
    expect(await startOf('id,n\n"-\n1,2\n', { header: 'true' }, 1)).toMatchObject({ rest: '1,2\n' });
    expect(await startOf('id,n\n1,2', { header: 'true' }, 3)).toMatchObject({ skipped: { count: 1 }, rest: '' });
  });

  it('counts the comments before it', async () => {
    const text = '# made, by x\n#\nid,n\n# units\n-,EUR\n# 0,0\n1,2\n';
    const options: DialectOptions = { header: 'true', comment: '#' };
    expect(await startOf(text, options)).toMatchObject({
      comments: { count: 2, first_line: 1, lines: ['# made, by x', '#'] },
      rest: text.slice(20),
    });
    expect(await startOf(text, options, 1)).toMatchObject({
      comments: { count: 3, first_line: 1 },
      skipped: { count: 1, first_line: 5 },
      rest: '# 0,0\n1,2\n',
    });
    expect(await startOf('\n#\n1,2\n', { header: 'false', comment: '#' })).toMatchObject({
      comments: { count: 1, first_line: 2 },
      rest: '1,2\n',
    });
  });
});

describe('a file', () => {
  it.each(['utf-8', 'utf-16le', 'utf-16be'])(
    'in %s with a byte order mark is read in pieces of any size',
    async (encoding) => {
      const bytes = iconv.encode('Title\n\nid,größe\n1,"a\n😀"\n2,b\n', encoding, { addBOM: true });
      for (const size of [4, 5, 7, 1000]) {
        const { dialect, header, records } = await readFile(bytes, {}, size);
        expect(dialect).toMatchObject({ encoding, preamble_lines: 2, has_header: true });
        expect(header).toEqual(['id', 'größe']);
        expect(records).toEqual([
          { line: 3, cells: ['id', 'größe'] },
          { line: 4, cells: ['1', 'a\n😀'] },
          { line: 6, cells: ['2', 'b'] },
        ]);
      }
    },
  );

  it('is read as it is declared', async () => {
    const { dialect, records } = await readFile(Buffer.from([0x61, 0x7c, 0xd0, 0x0a]), {
      delimiter: '|',
      encoding: 'windows-1251',
      header: 'false',
    });
    expect(dialect).toMatchObject({ delimiter: '|', encoding: 'windows-1251', has_header: false });
    expect(records).toEqual([{ line: 1, cells: ['a', 'Р'] }]);
  });

  it('loses the byte order marks at the beginning of the file and of records, and no further one', async () => {
    const people = 'id,name,joined\n1,Ann,2024-01-01\n2,Li,2024-01-02\n';
    expect(await readFile(Buffer.from(`\ufeff${people}`))).toMatchObject({ header: ['id', 'name', 'joined'] });
    const { header, records } = await readFile(
      Buffer.from(`\ufeff\ufeff${people.replace('name', '\ufeffname')}\ufeff3,,\n`),
    );
    expect(header).toEqual(['id', '\ufeffname', 'joined']);
    expect(records.at(-1)).toEqual({ line: 4, cells: ['3', '', ''] });
    expect(records[0]).toEqual({ line: 1, cells: header });
  });

  it('without bytes has no records', async () => {
    expect(await readFile(Buffer.alloc(0))).toMatchObject({ width: 0, header: null, records: [] });
  });

  const SIGNS = [
    ...',,,;;""\'\n\n\n\t\\\r\r a1\0\v',
    ...[
      '\r\n',
      '""',
      '","',
      '"\n"',
      '\n"',
      ',"',
      '\xa0',
      '\xc3\xa9',
      '\xef\xbb\xbf',
      '\n\n',
      '# ',
      'sep=',
      'a,b\n',
      '1;2\n',
    ],
  ];
  const anyFile = fc
    .array(fc.constantFrom(...SIGNS), { maxLength: 40 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));

  it('has the header that was detected, whatever its bytes are', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }), async (bytes, skip) => {
        const { dialect, header, records } = await readFile(bytes, { skip, encoding: 'utf-8' });
        if (header === null) return;
        // Without its quotes, a header is read by those who ask for it so; here it is read with them.
        if (detectDialect(bytes, { skip }, true).hasLiteralHeader) return;
        const [first] = records;
        // A header with an unclosed quote is shown, and cannot be read.
        if (first && 'reject' in first) return;
        const cells = first?.cells ?? [];
        // A header of another delimiter is one cell to the reader.
        if (cells.length === 1 && header.length > 1 && header.every((name) => /\p{L}/u.test(name))) return;
        // Too few names are shifted or filled up; blanks around them may be trimmed.
        const clean = (names: string[]) => names.map((name) => name.replaceAll('\0', '').trim());
        const shifts = [0, 1].map((offset) => clean(header.slice(offset, offset + cells.length)));
        expect(shifts).toContainEqual(clean(cells));
        expect((await readTableStart(inPieces(bytes, 64), dialect)).header).toEqual(first!.cells);
      }),
      { numRuns: 3000 },
    );
  });
});
