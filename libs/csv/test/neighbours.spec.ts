import { EncodingScanner } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../test/support/csv/encoding.js';
import { previewOf } from '../src/previews/preview.js';

interface Expected {
  /** The columns, each as `name type`, and the format where it has one. */
  columns?: string[];
  /** The first row, as JSON has it. */
  first?: unknown[];
  rows?: number;
  encoding?: string;
  preamble_lines?: number;
  footer?: number;
  codes?: string[];
}

const text = (content: string): Buffer => Buffer.from(content);
const ansi = (content: string): Buffer => encode(content, 'windows-1252');
const hex = (content: string): Buffer => Buffer.from(content.replaceAll(' ', ''), 'hex');

/** Neighbours of the files in `silent-faults/`: other encodings, preambles, dates, footers, comments, marks and missing values. */
const FILES: readonly (readonly [kind: string, content: Buffer, expected: Expected])[] = [
  [
    'a Swiss bank statement',
    ansi(
      "Konto;CH93 0076\r\nWährung;CHF\r\n\r\nDatum;Text;Saldo\r\n05.01.2026;Miete Zürich;12'403.55\r\n12.01.2026;Lohn;18'603.55\r\n\r\nTotal;2\r\n",
    ),
    {
      columns: ['Datum date DD.MM.YYYY', 'Text text', "Saldo number 1'234.56"],
      first: ['2026-01-05', 'Miete Zürich', 12403.55],
      encoding: 'windows-1252',
      preamble_lines: 3,
      footer: 1,
      codes: ['footer_lines'],
    },
  ],
  [
    'a French bank statement',
    ansi(
      'Compte n° 12345\nPériode du 01/01/2026 au 31/01/2026\n\nDate;Libellé;Montant\n03/01/2026;Loyer;-1\u00a0250,00\n31/01/2026;Électricité;-89,90\n',
    ),
    {
      columns: ['Date date DD/MM/YYYY', 'Libellé text', 'Montant number 1\u00a0234,56'],
      first: ['2026-01-03', 'Loyer', -1250],
      preamble_lines: 3,
      codes: [],
    },
  ],
  [
    'a total directly below the rows',
    text(
      'Datum;Text;Betrag\n02.10.2026;Miete;-1.250,00\n13.10.2026;Lohn;2.500,00\n14.10.2026;Strom;-6,00\n14.10.2026;Gas;-6,00\n15.10.2026;Post;-4,00\nTotal;;1.234,00\n',
    ),
    {
      columns: ['Datum text, date but for "Total"', 'Text text', 'Betrag number 1.234,56'],
      first: ['02.10.2026', 'Miete', -1250],
      codes: ['text_by_exception'],
    },
  ],
  [
    'a statement in UTF-16',
    encode('Umsätze\tKonto 12\n\nBuchung\tBetrag\n02.10.2026\t-9.967,97\n13.10.2026\t12.500,00\n', 'utf-16le'),
    {
      columns: ['Buchung date DD.MM.YYYY', 'Betrag number 1.234,56'],
      first: ['2026-10-02', -9967.97],
      codes: ['records_skipped'],
    },
  ],
  [
    'an American statement',
    text(
      'Account,****1234\nExported,10/31/2026\n\nDate,Description,Amount\n10/02/2026,"RENT, OCTOBER","-1,200.00"\n10/30/2026,ELECTRIC,-126.83\n',
    ),
    {
      columns: ['Date date MM/DD/YYYY', 'Description text', 'Amount number 1,234.56'],
      first: ['2026-10-02', 'RENT, OCTOBER', -1200],
      preamble_lines: 3,
      codes: [],
    },
  ],
  [
    'eight lines above the table',
    text(
      'Report\nBy: J. Doe\nDate: 2026\nRegion: N\nUnit: t\nStatus: ok\nVersion: 2\n\nmonth;sales;costs\nJan;12,5;9,1\nFeb;13,5;9,9\nMar;11,0;8,7\n',
    ),
    { columns: ['month text', 'sales number 1234,56', 'costs number 1234,56'], preamble_lines: 8, codes: [] },
  ],
  [
    'quoted titles padded to the width of the table',
    text(
      '"Sales","","",""\n"2026","","",""\n"","","",""\n"id","name","qty","price"\n"1","a","2","12.50"\n"2","b","1","9.00"\n',
    ),
    {
      columns: ['id integer', 'name text', 'qty integer', 'price number'],
      preamble_lines: 3,
      codes: ['records_skipped'],
    },
  ],
  [
    'years of two digits, a day over 12',
    text('day,n\n02/10/26,5\n13/10/26,7\n'),
    { columns: ['day date DD/MM/YY', 'n integer'], first: ['2026-10-02', 5], codes: [] },
  ],
  [
    'days that may be months',
    text('day,n\n02/10/2026,5\n04/11/2026,7\n'),
    { columns: ['day text', 'n integer'], codes: ['date_order_uncertain'] },
  ],
  [
    'times by twelve hours',
    text('seen,n\n3/8/2023 2:01 PM,1\n12/21/2023 11:59 PM,2\n'),
    { first: ['2023-03-08T14:01:00', 1], codes: [] },
  ],
  [
    'the year first, with slashes',
    text('day;n\n2026/01/05;1\n2026/12/31;2\n'),
    { first: ['2026-01-05', 1], codes: [] },
  ],
  [
    'times with zones',
    text('seen,n\n2026-01-05T10:00:00+01:00,1\n2026-01-05 11:00:00Z,2\n'),
    { columns: ['seen datetime', 'n integer'] },
  ],
  ['names of months', text('day,n\n5 Jan 2026,1\n6 Feb 2026,2\n'), { columns: ['day text', 'n integer'], codes: [] }],
  [
    'one mark of a missing value',
    text('name,price\na,12.5\nb,-\nc,3.5\nd,4.5\n'),
    { columns: ['name text', 'price text, number but for "-"'] },
  ],
  [
    'euros behind amounts',
    ansi('a;preis\nx;12,50 €\ny;1.250,00 €\n'),
    { columns: ['a text', 'preis text'], codes: [] },
  ],
  [
    'thousands and a decimal comma beside them',
    text('stadt;einwohner;anteil\nA;1.234;0,5\nB;12.345;1,25\n'),
    { columns: ['stadt text', 'einwohner number 1.234,56', 'anteil number 1234,56'], codes: ['decimal_uncertain'] },
  ],
  ['points that may mark thousands', text('stadt;n\nA;1.234\nB;12.345\n'), { codes: ['decimal_uncertain'] }],
  ['commas that mark thousands', text('t,n\nA,"1,234"\nB,"12,345"\n'), { first: ['A', 1234], codes: [] }],
  ['decimal commas in quotes', text('t,n\na,"12,5"\nb,"3,25"\n'), { first: ['a', 12.5], codes: [] }],
  ['decimal marks of two kinds', text('a;b\n1,5;2.5\n2,25;3.75\n'), { codes: ['decimal_uncertain'] }],
  ['leading zeros', text('zip,t\n01234,A\n98765,B\n'), { columns: ['zip text', 't text'], codes: [] }],
  ['versions that are no days', text('p,v\na,1.2.10\nb,1.3.11\n'), { columns: ['p text', 'v text'], codes: [] }],
  [
    'percent signs above the table',
    text('% station 5\n% made 2026\ntime,temp\n00:00,12.5\n01:00,12.1\n'),
    { preamble_lines: 2, rows: 2 },
  ],
  [
    'semicolons before comments above tabs',
    text('; exported\n; version 2\nid\tname\n1\tA\n2\tB\n'),
    { preamble_lines: 2, rows: 2 },
  ],
  [
    'a count below the table',
    text('Id|Name\n1|Ann\n2|Bob\n3|Cid\n\n(3 rows affected)\n'),
    { rows: 3, footer: 1, codes: ['footer_lines'] },
  ],
  [
    'blanks around pipes of a log',
    text('2026-01-05 10:00:00 | INFO | on\n2026-01-05 10:00:01 | WARN | off\n'),
    { first: ['2026-01-05 10:00:00', 'INFO', 'on'] },
  ],
  [
    'Shift_JIS',
    hex('96bc91 4f2c8b e08a7a0a 8db293 a12c31 3230300a 97e996 d82c39 38300a'),
    { columns: ['名前 text', '金額 integer'], encoding: 'shift_jis' },
  ],
  [
    'code page 866',
    hex('84 a0 e2 a0 3b 91 e3 ac ac a0 0a 30312e30322e323032343b31322c35300a30322e30322e323032343b332c32300a'),
    { columns: ['Дата date DD.MM.YYYY', 'Сумма number 1234,56'] },
  ],
  [
    'curly quotes in windows-1252',
    ansi('id,remark\n1,“nice” – really\n2,it’s ok\n3,plain\n'),
    { first: [1, '“nice” – really'], encoding: 'windows-1252' },
  ],
  ['UTF-16 with the high byte first', encode('id;naam\n1;Zoë\n2;Ann\n', 'utf-16be'), { first: [1, 'Zoë'], codes: [] }],
  [
    'objects in cells',
    text('id;doc;n\n1;{"a":1,"b":2};5\n2;{"a":3};6\n'),
    { first: [1, '{"a":1,"b":2}', 5], codes: [] },
  ],
  ['two colons', text('1::1193::5\n1::661::3\n2::914::4\n'), { rows: 3, first: [1, 1193, 5] }],
  ['aligned columns', text('id   name    city\n1    Ann     Oslo\n2    Bob     Rome\n'), { codes: ['single_column'] }],
];

interface Preview {
  dialect: { encoding: string; preamble_lines: number };
  columns: {
    name: string;
    type: string;
    format: string | null;
    would_be: { type: string; first: { value: string }; skip_footer?: number } | null;
  }[];
  rows: { data: Record<string, unknown> }[];
  footer: string[];
  errors: { code: string; message: string }[];
}

async function preview(bytes: Buffer, isWhole = true): Promise<Preview> {
  const scanner = new EncodingScanner();
  scanner.push(bytes);
  const answer = await previewOf({ bytes, isWhole, options: {}, encoding: scanner.end() });
  if ('refused' in answer) throw new Error(answer.refused);
  return JSON.parse(answer.json) as Preview;
}

describe('a file like one that was read wrongly in silence', () => {
  it.each(FILES)('is read as a careful person would, or told: %s', async (_kind, content, expected) => {
    const { dialect, columns, rows, footer, errors } = await preview(content);
    const found: Expected = {
      columns: columns.map(
        ({ name, type, format, would_be: nearly }) =>
          [name, type, ...(format ? [format] : [])].join(' ') +
          (nearly ? `, ${nearly.type} but for ${JSON.stringify(nearly.first.value)}` : ''),
      ),
      first: Object.values(rows[0]!.data),
      rows: rows.length,
      encoding: dialect.encoding,
      preamble_lines: dialect.preamble_lines,
      footer: footer.length,
      codes: errors.map(({ code }) => code),
    };
    expect(found).toMatchObject(expected);
  });
});

describe('a total below the rows', () => {
  const ROWS =
    'day;amount\n2026-10-02;12.5\n2026-10-13;7.5\n2026-10-14;3.5\n2026-10-15;1.5\n2026-10-16;1.5\nTotal;26.5\n';
  const told = async (content: string, isWhole = true) => {
    const { columns, errors } = await preview(text(content), isWhole);
    const { message } = errors.find(({ code }) => code === 'text_by_exception') ?? {};
    return { skip: columns[0]!.would_be?.skip_footer, message };
  };

  it('is told with the option that leaves it out', async () => {
    expect(await told(ROWS)).toEqual({ skip: 1, message: expect.stringContaining('skip_footer=1.') });
    const two = ROWS.replace('Total', 'Sum;20\nTotal');
    expect(await told(two)).toEqual({ skip: 2, message: expect.stringContaining('skip_footer=2.') });
  });

  it('is told together with the footer below it', async () => {
    const { skip, message } = await told(`${ROWS}\nSource: the bank\nAll in EUR\n`);
    expect(skip).toBe(3);
    expect(message).toContain('skip_footer=3, which leaves out the footer too.');
  });

  it('has no number where a reject stands below it, or the file goes on', async () => {
    expect(await told(`${ROWS}a;b;c\n`)).toEqual({ skip: undefined, message: undefined });
    expect(await told(ROWS, false)).toEqual({ skip: undefined, message: undefined });
  });
});
