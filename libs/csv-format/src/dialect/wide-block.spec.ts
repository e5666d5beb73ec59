import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { detectFile } from './detect-file.js';

const KEYS = [
  ['Konto', 'DE02 1234 5678'],
  ['Kontoinhaber', 'Jürgen Müßig'],
  ['Zeitraum', '01.10.2026 - 31.10.2026'],
  ['Erstellt am', '02.11.2026'],
  ['Währung', 'EUR'],
  ['Kontostand', '12.345,67'],
  ['Filiale', 'Köln Süd'],
  ['Bankleitzahl', '37040044'],
  ['Saldo zuvor', '1.000,00'],
  ['Umsätze', '3'],
  ['Gedruckt am', '03.11.2026'],
  ['Seite', '1'],
];
const NAMES = ['Buchungstag', 'Empfänger', 'Zweck', 'Betrag'];
const TRANSACTIONS = [
  ['30.10.26', 'Stadtwerke Köln', 'Strom', '-126,83'],
  ['02.10.26', 'Hausverwaltung Größe', 'Miete Oktober', '-9.967,97'],
  ['13.10.26', 'Arbeitgeber GmbH', 'Gehalt', '12.500,00'],
  ['14.10.26', 'Bäckerei Süß', 'Frühstück', '-8,40'],
];

interface Shape {
  delimiter: string;
  transactions: number;
  keys: number;
  isSetOff: boolean;
  footer: string[];
  /** The columns of the transactions, in their order. */
  columns: number[];
}

function statement({ delimiter, transactions, keys, isSetOff, footer, columns }: Shape): Buffer {
  const line = (cells: string[]): string =>
    cells.map((cell) => (cell.includes(delimiter) ? `"${cell}"` : cell)).join(delimiter);
  const rows = Array.from({ length: transactions }, (_, i) => TRANSACTIONS[i % TRANSACTIONS.length]!);
  const lines = [
    ...KEYS.slice(0, keys).map(line),
    ...(isSetOff ? [''] : []),
    ...[NAMES, ...rows].map((row) => line(columns.map((column) => row[column]!))),
    ...(footer.length > 0 ? ['', ...footer] : []),
  ];
  return iconv.encode(`${lines.join('\r\n')}\r\n`, 'windows-1252');
}

async function detect(bytes: Buffer) {
  return detectFile(
    (async function* () {
      yield bytes;
    })(),
  );
}

const SHAPES = [';', ',', '\t'].flatMap((delimiter) =>
  [true, false].flatMap((isSetOff) =>
    [[], ['Alle Angaben ohne Gewähr'], ['Alle Angaben ohne Gewähr', `Saldo${delimiter}12`]].map(
      (footer): [string, Omit<Shape, 'transactions' | 'keys' | 'columns'>] => [
        `${JSON.stringify(delimiter)}, ${isSetOff ? 'behind a blank line' : 'directly below'}, ${footer.length} lines of footer`,
        { delimiter, isSetOff, footer },
      ],
    ),
  ),
);

describe('a table below more lines of keys and values than it has records', () => {
  it.each(SHAPES)('begins at its names: %s', async (_, shape) => {
    for (const transactions of [1, 2, 3, 5, 12])
      for (const keys of [2, 3, 6, 9, 12])
        for (const columns of [
          [0, 1, 2, 3],
          [1, 3, 0],
          [0, 1, 2, 3, 1, 2, 3],
        ]) {
          const { dialect, header } = await detect(statement({ ...shape, transactions, keys, columns }));
          expect(
            [dialect.delimiter, header?.length, dialect.preamble_lines],
            `${transactions} transactions, ${keys} keys, columns ${columns}`,
          ).toEqual([shape.delimiter, columns.length, keys + (shape.isSetOff ? 1 : 0)]);
        }
  });

  it('keeps its names where each row ends with a delimiter', async () => {
    const { header } = await detect(
      Buffer.from(
        'Konto;DE02\nInhaber;Ann\nOrt;Ulm\nStand;heute\n\nTag;Zweck;Betrag\n01.10.26;Strom;5;\n02.10.26;Gas;7;\n',
      ),
    );
    expect(header).toEqual(['Tag', 'Zweck', 'Betrag']);
  });

  it('is told to be a guess where nothing but words stands in it', async () => {
    const keys = 'Station;Potsdam\nOperator;Ann\nHill;Telegrafenberg\nCountry;Brandenburg\n';
    const { header, warnings } = await detect(Buffer.from(`${keys}\nname;city;job\nBob Roe;Oslo;cook\n`));
    expect(header).toEqual(['name', 'city', 'job']);
    expect(warnings.map(({ code }) => code)).toContain('header_uncertain');
  });

  it('begins below comments that are ten times as many', async () => {
    const comments = Array.from({ length: 28 }, (_, i) => `# Zeile ${i} der Beschreibung\n`).join('');
    const { dialect, header } = await detect(Buffer.from(`${comments}id,name\n1,Ann\n2,Bob\n`));
    expect(dialect).toMatchObject({ delimiter: ',', preamble_lines: 28 });
    expect(header).toEqual(['id', 'name']);
  });
});

describe('lines of keys and values as wide as the table', () => {
  const KEYS_OF_NUMBERS =
    'Konto;26187\nBalance;71625\nPeriod;today\nCreated on;15.307,79\nTurnover;46502\nBranch;Ulm\n';

  it.each([
    ['above many rows', `${KEYS_OF_NUMBERS}count;price\n${'7;3,5\n8;4,5\n9;1,5\n'.repeat(3)}`, ['count', 'price']],
    ['above two rows', `${KEYS_OF_NUMBERS}count;price\n7;3,5\n8;4,5\n`, ['count', 'price']],
    [
      'narrower than it',
      `${KEYS_OF_NUMBERS}name;count;price\nAnn;7;3,5\nBob;8;4,5\nCid;9;1,5\n`,
      ['name', 'count', 'price'],
    ],
  ])('are passed over without a blank line: %s', async (_, text, names) => {
    const { dialect, header } = await detect(Buffer.from(text));
    expect(header).toEqual(names);
    expect(dialect.preamble_lines).toBe(6);
  });

  it.each([
    ['directly above', ''],
    ['behind a blank line', '\n'],
  ])('are told where nothing but words stands in the table: %s', async (_, between) => {
    const keys =
      'Konto;16.761,83\nHolder;03.10.2002\nPeriod;DE38 8085 9597\nCreated on;11890\nCurrency;fifi ososdarvo\nBalance;DE66 7916\nBranch;DE61 9693\n';
    const rows = 'status;priority\ngold;In progress\ngold;In progress\nn/v;closed\n';
    const { warnings } = await detect(
      Buffer.from(`${keys}${between}${rows}\nIndargra kavoka ososul window small tenlo, bridge\n`),
    );
    expect(warnings.map(({ code }) => code)).toContain('header_uncertain');
  });
});

describe('records wider than most, at the end of a file', () => {
  it.each([
    ['a second table', 'name,age\nAnn,38\nBob,40\nCid,20\nDan,2\n\nteam,size,colour\nred,12,3\nblue,4,5\n'],
    ['rows with a delimiter too many', 'id,name\n1,Ann\n2,Bob\n3,Cid\n4,Dan\n5,Eve\n6,Smith, Jon\n7,Roe, Li\n'],
    ['wider rows of numbers', '1,2\n3,4\n5,6\n7,8\n9,1,2\n3,4,5\n'],
  ])('do not make the rows above them a preamble: %s', async (_, text) => {
    const { dialect, width } = await detect(Buffer.from(text));
    expect(width).toBe(2);
    expect(dialect.preamble_lines).toBe(0);
  });
});
