import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestBench, type IngestedUpload, type Interference } from './ingest-bench.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '3', INGEST_SMALL_BYTES: '0' });
});
afterAll(() => bench?.stop());

const NEVER = { signal: new AbortController().signal };

/** Lines of a table of three columns, by what becomes of them. */
const LINES = {
  row: ['1,Oslo,x', '2,"Rome, IT",y', ',,'],
  short_records: ['7', '8,Bern'],
  long_records: ['1,Ulm,x,', '2,"Bonn",y,,'],
  literal_quotes: ['"a,"b,c'],
  bom_removed: ['\ufeff5,Lima,z'],
  reject: ['1,2,3,4', '"a"b,c,d', '6,"x"y"z,w'],
  comment_lines: ['# a note', '#1,2,3'],
} as const;
type Kind = keyof typeof LINES;

interface Line {
  kind: Kind | 'blank';
  text: string;
}

const arbLine: fc.Arbitrary<Line> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant('row' as const) },
    { weight: 4, arbitrary: fc.constantFrom(...(Object.keys(LINES) as Kind[])) },
    { weight: 1, arbitrary: fc.constant('blank' as const) },
  )
  .chain((kind) =>
    fc.record({ kind: fc.constant(kind), text: fc.constantFrom(...(kind === 'blank' ? [''] : LINES[kind])) }),
  );

const arbFile = fc.record({
  preamble: fc.array(fc.constantFrom('Prices', 'all in EUR', ''), { maxLength: 25 }),
  body: fc.array(arbLine, { minLength: 1, maxLength: 30 }),
  footer: fc.array(fc.constantFrom('Source: office', '(c) 2026, CC-BY'), { maxLength: 5 }),
  newline: fc.constantFrom('\n', '\r\n'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'gb18030'),
  /** The worker dies behind this batch, if there is one. */
  diesAt: fc.integer({ min: 1, max: 12 }),
});
type File = typeof arbFile extends fc.Arbitrary<infer F> ? F : never;

/** A clean row at both ends: the width is that of most records, and a footer stands below a record. */
const bodyOf = ({ body }: File): Line[] => {
  const row: Line = { kind: 'row', text: '0,Nice,w' };
  return [row, ...body.flatMap((line) => [line, row]), row];
};

const linesOf = (file: File): string[] => [
  ...file.preamble,
  'id,city,note',
  ...bodyOf(file).map(({ text }) => text),
  ...(file.footer.length > 0 ? ['', ...file.footer] : []),
];

async function ingested(file: File, interference: Interference = {}): Promise<IngestedUpload> {
  const text = linesOf(file).join(file.newline) + file.newline;
  const content = iconv.encode(text, file.encoding, { addBOM: file.encoding === 'utf-16le' });
  const id = await bench.upload(content, {
    encoding: file.encoding,
    delimiter: ',',
    quote: '"',
    header: 'true',
    skip: file.preamble.length,
    comment: '#',
    trim: 'false',
    max_rejects: 1_000,
  });
  await bench
    .worker(interference)
    .ingest(id, NEVER)
    .catch(() => {});
  await bench.worker().ingest(id, NEVER);
  return bench.find(id);
}

/** Of each kind of line that is told: how many there are, and the physical line of the first. */
function toldOf(file: File): Record<string, { count: number; first_line: number }> {
  const told: Record<string, { count: number; first_line: number }> = {};
  const add = (code: string, first_line: number, count = 1) => {
    told[code] ??= { count: 0, first_line };
    told[code].count += count;
  };
  const above = file.preamble.length + 1;
  for (const [at, { kind }] of bodyOf(file).entries()) {
    if (!['row', 'reject', 'blank'].includes(kind)) add(kind, above + at + 1);
  }
  if (file.footer.length > 0) add('footer_lines', above + bodyOf(file).length + 2, file.footer.length);
  return told;
}

/** Warnings about rows, which are stored. */
const NOT_PASSED_OVER = ['second_header', 'text_by_exception'];

describe('what an ingest passes over', () => {
  it('leaves each line of the file in exactly one place, and tells count and first line, also after a takeover', async () => {
    let dead = 0;
    await fc.assert(
      fc.asyncProperty(arbFile, async (file) => {
        const upload = await ingested(file, {
          afterBatch: ({ end }) => {
            if (end.batch !== file.diesAt) return;
            dead++;
            throw new Error('killed');
          },
        });
        expect(upload.status).toBe('completed');

        const isFilled = (line: string) => line !== '';
        const count = (code: string) => Number(upload.errors.find((error) => error.code === code)?.count ?? 0);
        const preamble = linesOf(file).slice(0, upload.dialect!.preamble_lines).filter(isFilled).length;
        const header = 1;
        const { processed_rows, rejected_rows, footer } = upload;
        expect(
          preamble + header + processed_rows + rejected_rows + (footer?.records ?? 0) + count('comment_lines'),
        ).toBe(linesOf(file).filter(isFilled).length);

        const told = upload.errors
          .filter(({ code }) => !code.endsWith('_uncertain') && !NOT_PASSED_OVER.includes(code))
          .map(({ code, count, first_line }) => [code, { count, first_line }]);
        expect(Object.fromEntries(told)).toEqual(toldOf(file));
        expect(upload.preamble).toEqual(file.preamble.slice(0, 20));
        expect(footer?.lines ?? []).toEqual(file.footer);
        const comments = bodyOf(file).filter(({ kind }) => kind === 'comment_lines');
        expect(upload.errors.find(({ code }) => code === 'comment_lines')?.lines ?? []).toEqual(
          comments.map(({ text }) => text).slice(0, 20),
        );
        const rejected = bodyOf(file).filter(({ kind }) => kind === 'reject');
        expect(upload.rejects.map(({ raw }) => iconv.decode(raw, file.encoding, { stripBOM: false }))).toEqual(
          rejected.map(({ text }) => text),
        );
      }),
      { numRuns: 120 },
    );
    expect(dead).toBeGreaterThan(20);
  }, 120_000);

  it('stores no row of the footer and ignores it for the types, whichever batch a worker dies at', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => `${at},2024-01-${10 + at}`);
    const content = ['n,day', ...rows, '', 'Total', 'Source: office, 2024, b', ''].join('\n');
    for (const at of [1, 2, 3, 4]) {
      for (const when of ['beforeBatch', 'afterBatch'] as const) {
        const id = await bench.upload(content);
        const dies: Interference = {
          [when]: ({ end }: { end: { batch: number } }) => {
            if (end.batch === at) throw new Error('killed');
          },
        };
        await expect(bench.worker(dies).ingest(id, NEVER)).rejects.toThrow('killed');
        await bench.worker().ingest(id, NEVER);
        const upload = await bench.find(id);
        expect(upload).toMatchObject({ status: 'completed', processed_rows: 10, rejected_rows: 0 });
        expect(upload.columns.map(({ type }) => type)).toEqual(['integer', 'date']);
        expect(upload.footer).toEqual({
          byte_offset: content.indexOf('Total'),
          records: 2,
          lines: ['Total', 'Source: office, 2024, b'],
        });
        expect(upload.errors).toEqual([expect.objectContaining({ code: 'footer_lines', count: 2, first_line: 13 })]);
      }
    }
  });

  it('keeps the bytes of rejects in every encoding, also behind bytes that do not decode', async () => {
    const files: [string, Buffer, Buffer[]][] = [
      [
        'windows-1252',
        Buffer.from('a,b\n\x81\xe4,\xf6\n1,\xe4,x\n', 'latin1'),
        [Buffer.from('\x81\xe4,\xf6', 'latin1'), Buffer.from('1,\xe4,x', 'latin1')],
      ],
      [
        'gb18030',
        Buffer.from('a,b\n\xff\xff\x80,\xd6\xd0\n\x81\x30\x81\n\xd6\xd0,1,x\n', 'latin1'),
        [
          Buffer.from('\xff\xff\x80,\xd6\xd0', 'latin1'),
          Buffer.from('\x81\x30\x81', 'latin1'),
          Buffer.from('\xd6\xd0,1,x', 'latin1'),
        ],
      ],
      [
        'utf-16be',
        Buffer.from('\0a\0,\0b\0\n\xd8\0\0,\0x\0\n\x4e\x2d\0,\0y\0,\0z\0\n\0v\xdc', 'latin1'),
        [
          Buffer.from('\xd8\0\0,\0x', 'latin1'),
          Buffer.from('\x4e\x2d\0,\0y\0,\0z', 'latin1'),
          Buffer.from('\0v\xdc', 'latin1'),
        ],
      ],
    ];
    for (const [encoding, content, expected] of files) {
      const options = { encoding, delimiter: ',', header: 'true', max_rejects: 10 } as const;
      const upload = await bench.ingest(content, options);
      expect(upload.rejects.map(({ raw }) => raw.toString('latin1'))).toEqual(
        expected.map((raw) => raw.toString('latin1')),
      );
    }
  });

  it('cuts the bytes of a long reject at 64 KiB of the file', async () => {
    const content = Buffer.from(
      `a,b\n${'1,2\n'.repeat(9)}1,2,${'x'.repeat(50_000)}\n1,2,${'y'.repeat(30_000)}\n`,
      'utf16le',
    );
    const { rejects } = await bench.ingest(content, { encoding: 'utf-16le', max_rejects: 10 });
    expect(rejects.map(({ raw, raw_truncated }) => [raw.length, raw_truncated])).toEqual([
      [65_536, true],
      [60_008, false],
    ]);
    for (const { raw, byte_offset } of rejects) {
      expect(raw.equals(content.subarray(byte_offset, byte_offset + raw.length))).toBe(true);
    }
  });
});
