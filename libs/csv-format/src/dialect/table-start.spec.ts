import { describe, expect, it } from 'vitest';
import type { DialectOptions } from '../model.js';
import { detectDialect } from './detect-dialect.js';

interface Expected {
  lines?: number;
  /** Null without a header; left out where the test is not about it. */
  header?: string[] | null;
  delimiter?: string;
  trim?: boolean;
  codes?: string[];
}

function expectStart(text: string, expected: Expected, options: DialectOptions = {}): void {
  const { dialect, header, warnings } = detectDialect(Buffer.from(text), options);
  const { lines = 0, codes = [] } = expected;
  expect(dialect.preamble_lines).toBe(lines);
  if (expected.header !== undefined) expect(header).toEqual(expected.header);
  if (expected.delimiter !== undefined) expect(dialect.delimiter).toBe(expected.delimiter);
  if (expected.trim !== undefined) expect(dialect.trim).toBe(expected.trim);
  expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  if (dialect.confidence < 0.9) expect(warnings).not.toEqual([]);
}

describe('a line as wide as the table', () => {
  it.each<[string, string, Expected]>([
    ['begins with a hash', '#general,120\n#random,80\n#dev,45\n', { header: null }],
    ['begins with slashes', '//a,1\n//b,2\n//c,3\n//d,4\n', { header: null }],
    ['begins with a percent sign', '%x;1\n%y;2\n%z;3\n', { header: null }],
    ['begins with dashes', '--x|1|2\n--y|3|4\n--z|5|6\n', { header: null }],
    ['stands above a blank line', 'Ann,38\nBob,40\n\nCy,12\nDi,20\n', { header: null }],
    [
      'stands above a second header',
      'name,age\nAnn,38\nBob,40\n\nteam,size\nred,12\nblue,20\n',
      { header: ['name', 'age'], codes: ['second_header'] },
    ],
    ['stands above a blank line and a short one', 'a,b,c\n1,2,3\n\n4,5,6\n\n7,8,9\n', { header: ['a', 'b', 'c'] }],
  ])('is part of it where it %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it.each<[string, string, Expected]>([
    [
      'a comment above a clear header',
      '# exported, 2024\nid,length\n1,2.5\n2,3.5\n3,4.5\n',
      { lines: 1, header: ['id', 'length'], codes: ['records_skipped'] },
    ],
    [
      'a title padded with empty cells',
      'Sales 2024;;;\nRegion;Q1;Q2;Q3\nNorth;1;2;3\nSouth;4;5;6\n',
      { lines: 1, header: ['Region', 'Q1', 'Q2', 'Q3'], codes: ['records_skipped'] },
    ],
    [
      'padded titles of one and two cells above one row',
      'From;01/02/2021;;;;\nTo;;;;;\nAccount;Date;No;Name;Amount;Currency\nBE01;01/02/2021;0;A;-10,5;EUR\n',
      { lines: 2, header: ['Account', 'Date', 'No', 'Name', 'Amount', 'Currency'], codes: ['records_skipped'] },
    ],
    [
      'notes of two cells above a clear header of two',
      'Station,Potsdam\nOperator,DWD\n\ndate,temp\n2024-01-01,0.5\n2024-01-02,1.5\n2024-01-03,2.5\n',
      { lines: 3, header: ['date', 'temp'], codes: ['records_skipped'] },
    ],
  ])('is passed over, and told, where it is %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it('is never passed over where a header is denied, nor is a line of another width', () => {
    expectStart('a,b,c\n\nd,e,f\n', { header: null }, { header: 'false' });
    expectStart('# x, y\nid,n\n1,2\n3,4\n', { header: null }, { header: 'false' });
    expectStart('Sales;;;\nRegion;Q1;Q2;Q3\nN;1;2;3\nS;4;5;6\n', { header: null }, { header: 'false' });
    expectStart(
      'Station,Potsdam\n\ndate,temp\n2024-01-01,0.5\n2024-01-02,1.5\n',
      { header: null },
      { header: 'false' },
    );
    expectStart('Title\n\n1,2,3\n4,5,6\n7,8,9\n', { lines: 0, header: null }, { header: 'false' });
    expectStart('# made by hand\n1,2,3\n4,5,6\n7,8,9\n', { lines: 0, header: null }, { header: 'false' });
    expectStart('\n\n1,2,3\n4,5,6\n7,8,9\n', { lines: 2, header: null }, { header: 'false' });
  });

  it('is the header where one is declared and none is found', () => {
    expectStart('1,2\n3,4\n5,6\n', { header: ['1', '2'] }, { header: 'true' });
    expectStart('Title\n\n1,2,3\n4,5,6\n7,8,9\n', { lines: 2, header: ['1', '2', '3'] }, { header: 'true' });
    expectStart('Title\n\nid,n,m\n4,5,6\n7,8,9\n', { lines: 2, header: ['id', 'n', 'm'] }, { header: 'true' });
  });
});

describe('a line of another width', () => {
  it.each<[string, string, Expected]>([
    ['a title', 'Sales 2024\nid,name,n\n1,A,2\n2,B,3\n', { lines: 1, header: ['id', 'name', 'n'] }],
    [
      'a title with delimiters',
      'Report for Smith, John, London, Unit 5\nid,amount\n1,0.5\n2,3.5\n3,9.5\n',
      { lines: 1, header: ['id', 'amount'], codes: ['records_skipped'] },
    ],
    ['a comment', '# made by hand\nid,name,n\n1,A,2\n2,B,3\n', { lines: 1, header: ['id', 'name', 'n'] }],
  ])('is passed over where it is %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it.each<[string, string, Expected]>([
    [
      'wider than the records',
      'kind,who,how,note\nrestart,system,console\nlogin,ann,web\nlogin,bob,app\n',
      { header: ['kind', 'who', 'how', 'note'] },
    ],
    [
      'one cell short of all records',
      'mpg,cyl\nMazda,21,6\nDatsun,22.8,4\nHornet,21.4,6\n',
      { header: ['', 'mpg', 'cyl'], codes: ['header_width'] },
    ],
    [
      'one cell short of records that end with a delimiter',
      'id,name,age\n1,Ann,30,\n2,Li,41,\n3,Mia,25,\n',
      { header: ['id', 'name', 'age'], codes: ['header_width'] },
    ],
    [
      'two cells short',
      'id,name\n1,Ann,30,x\n2,Li,41,y\n3,Mia,25,z\n',
      { header: ['id', 'name', '', ''], codes: ['header_width'] },
    ],
    [
      'of another delimiter',
      'id;name;city\n1,Smith,Oslo\n2,Roe,Rome\n',
      { header: ['id', 'name', 'city'], codes: ['header_uncertain'] },
    ],
    [
      'of tabs above commas',
      'id\tname\tcity\n1,Smith,Oslo\n2,Roe,Rome\n3,Poe,Bern\n',
      { header: ['id', 'name', 'city'], codes: ['header_uncertain'] },
    ],
    [
      'of commas above semicolons',
      'id,name,city\n1;Smith;Oslo\n2;Roe;Rome\n3;Poe;Bern\n',
      { delimiter: ';', header: ['id', 'name', 'city'], codes: ['header_uncertain'] },
    ],
    [
      'of malformed quotes',
      'id,"qty,"name",city\n1,2,"x",Oslo\n3,4,"y",Rome\n5,6,"z",Bern\n',
      { header: ['id', '"qty', '"name"', 'city'], codes: ['header_uncertain'] },
    ],
    [
      'the only line of a single column without a delimiter at its end',
      'last login\n2007-11-14 09:12:24,\n2001-09-17 08:23:17,\n2013-02-16 12:38:03,\n',
      { delimiter: ',', header: ['last login'], codes: ['header_width'] },
    ],
    [
      'a name above one number and a delimiter',
      'amount\n28775,\n',
      { delimiter: ',', header: ['amount'], codes: ['header_width'] },
    ],
    [
      'of commas above semicolons and decimal commas',
      'COLOUR,TEMP\nsmall;49,2\nnew;30,6\nsmall;-9,8\nnew;-2,2\n',
      { delimiter: ';', header: ['COLOUR', 'TEMP'], codes: ['header_uncertain'] },
    ],
    [
      'with a quote that is never closed',
      'id,"qty,name,city\n1,2,x,Oslo\n3,4,y,Rome\n5,6,z,Bern\n',
      { header: ['id', '"qty', 'name', 'city'], codes: ['header_uncertain'] },
    ],
  ])('is the header where it is %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it.each<[string, string]>([
    ['a narrower table', 'name;n\nA;1\nB;2\n\nid;x;y;z\n1;2;3;4\n5;6;7;8\n9;1;2;3\n4;4;4;4\n'],
    ['a header of another delimiter and of fewer names', 'id,name\n1;2;3\n4;5;6\n7;8;9\n'],
    ['a header of another delimiter and of more names', 'id,name,city,zip\n1;2;3\n4;5;6\n7;8;9\n'],
  ])('is told to be a guess where it is passed over and may be %s', (_, text) => {
    const { warnings } = detectDialect(Buffer.from(text));
    expect(warnings.map(({ code }) => code)).toContain('header_uncertain');
  });

  it.each<[string, string]>([
    ['a title with a comma', 'Sales, as of 2024\n1;2;3\n4;5;6\n7;8;9\n1;3;5\n2;4;6\n'],
    ['keys and values', 'Konto;DE02\nSaldo;12\nSeite;1\n\nid;x;y;z\n1;2;3;4\n5;6;7;8\n9;1;2;3\n4;4;4;4\n'],
  ])('is passed over without a word where it is %s', (_, text) => {
    const { dialect, warnings } = detectDialect(Buffer.from(text));
    expect(dialect.preamble_lines).toBeGreaterThan(0);
    expect(warnings.map(({ code }) => code)).not.toContain('header_uncertain');
  });

  it('still holds commas where each row has one semicolon within a cell', () => {
    const text = 'name,tags\nAnn,red;blue\nBob,green;red\nCid,blue;black\n';
    expectStart(text, { delimiter: ',', header: ['name', 'tags'] });
  });

  it.each<[string, string]>([
    ['notes of two cells', 'Station\tHill 2011\nOperator\tRafi\n\n'],
    ['a title with a delimiter', 'Great good\t years of the hill 2009\n\n'],
  ])('may be %s above a table of text, and is told to be a guess', (_, above) => {
    const rows = [
      'M\tUlm',
      'EUR\tBerlin',
      'M\tLondon',
      'n/v\tUlm',
      'EUR\tLyon',
      'M\tRotterdam',
      'M\tOslo',
      'EUR\tRoma',
    ];
    const text = `${above}gender\tdestination\n${rows.join('\n')}\n`;
    const { warnings } = detectDialect(Buffer.from(text));
    expect(warnings).toMatchObject([{ code: 'header_uncertain', first_line: 1 }]);
  });

  it('is a row where its cells are like those of the rows', () => {
    expectStart('17,4\n0,0,0\n1,2,3\n2,4,6\n3,6,9\n', { header: null });
  });
});

describe('the first record', () => {
  it.each<[string, string, Expected]>([
    ['a lone record of numbers', '1,2,3\n', { header: null }],
    ['a lone series of years', '2019,2020,2021\n', { header: null }],
    ['numbers above numbers', '5,6\n1,2\n3,9\n', { header: null }],
    ['colours of one form', '#FF0000;red\n#00FF00;green\n#0000FF;blue\n', { header: null }],
  ])('is no header where it is %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it.each<[string, string, Expected]>([
    [
      'numbers above booleans',
      'id,101,102\nfoo,true,false\nbar,false,true\nbaz,true,true\n',
      { header: ['id', '101', '102'] },
    ],
    [
      'numbers above dates',
      'who,1,2\nA,2024-01-01,2024-01-02\nB,2024-02-01,2024-02-02\n',
      { header: ['who', '1', '2'] },
    ],
    ['the word "No" above numbers', 'Code_4,No\nX48846,4034\nX38345,4035\n', { header: ['Code_4', 'No'] }],
    [
      'one word and numbers above numbers',
      'id,101,102\n7,1,2\n8,3,4\n',
      { header: ['id', '101', '102'], codes: ['header_uncertain'] },
    ],
    [
      'one word above booleans, and a year above years',
      '"paid"\t"2001"\n"FALSE"\t"1967"\n"TRUE"\t"1968"\n',
      { header: ['paid', '2001'], codes: ['header_uncertain'] },
    ],
  ])('is a header where it is %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it('is told to be a guess where it holds U+0000, which the names lose', () => {
    const { header, warnings } = detectDialect(Buffer.from('id\0,name\n1,Ann\n2,Bob\n3,Cid\n4,Dan\n'));
    expect(header).toEqual(['id', 'name']);
    expect(warnings).toMatchObject([{ code: 'header_uncertain', first_line: 1 }]);
  });
});

describe('a table of text', () => {
  it.each([
    ['a single column', 'Frankfurt am Main\nBerlin\nTokyo\nDelhi\ntenville\nulville\nloville\n'],
    ['a single column of three', 'ok\nFR\nFR\n'],
    ['two columns', 'Yuki van Dijk;HIGH\nMarco de Vries;F\n'],
  ])('is told to be a guess up to a higher certainty than other tables are: %s', (_, text) => {
    const { certainty, warnings } = detectDialect(Buffer.from(text));
    expect(certainty.header).toBeGreaterThan(0.9);
    expect(warnings).toMatchObject([{ code: 'header_uncertain', first_line: 1 }]);
  });
});

describe('a single column of codes', () => {
  const codes = ['X91156', 'X28542', 'X10510', 'X7', 'X22222', 'X9012', 'X55555', 'X1', 'X38', 'X4711'];
  it('has no header, without doubt, where the first has the form of all others', () => {
    const { header, warnings } = detectDialect(Buffer.from(`${codes.join('\n')}\n`));
    expect(header).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('is told to be a guess where the first has another form', () => {
    const { warnings } = detectDialect(Buffer.from(`Filooska2\n${codes.slice(0, 3).join('\n')}\n`));
    expect(warnings).toMatchObject([{ code: 'header_uncertain', first_line: 1 }]);
  });
});

describe('blanks beside delimiters', () => {
  it.each<[string, string, Expected]>([
    ['behind commas', 'id, name, n\n1, Ann, 5\n2, Li, 6\n', { trim: true, header: ['id', 'name', 'n'] }],
    ['before quotes', 'id, name\n1, "Smith, John"\n2, "Roe, Li"\n', { trim: true, header: ['id', 'name'] }],
    ['around pipes', 'id | name\n1 | Ann\n2 | Li\n', { trim: true, delimiter: '|', header: ['id', 'name'] }],
    [
      'behind pipes in a single record',
      'A-73109| red| 0.130| 2024-01-31\n',
      { trim: true, delimiter: '|', header: null },
    ],
    ['before the quotes of a name', 'a,\t"b"\n1,\t2\n3,\t4\n', { trim: true, header: ['a', 'b'] }],
    ['behind the only delimiter of two records', 'Code; Age\n1996-03-15; 0\n', { trim: true, header: ['Code', 'Age'] }],
    ['behind tabs', 'id\t name\n1\t Ann\n2\t Li\n', { trim: true, delimiter: '\t', header: ['id', 'name'] }],
    ['that fill columns up', 'id ,name  ,n\n1  ,Anna  ,1\n12 ,Li    ,2\n123,Marius,3\n', { trim: true }],
  ])('are trimmed where they are systematic: %s', (_, text, expected) => {
    expectStart(text, expected);
  });

  it.each([
    ['in one cell', 'id,name\n1, Ann\n2,Li\n3,Mia\n4,Bo\n'],
    ['within cells', 'id,name\n1,Ann Lee\n2,Li Wei\n'],
    ['within quotes', 'id,name\n1," Ann"\n2," Li"\n'],
  ])('belong to the cells where they are not: %s', (_, text) => {
    expectStart(text, { trim: false });
  });
});

describe('a declared delimiter that divides hardly any line', () => {
  it.each([
    'id,name\n1,Ann\n2,Bob\n3,Cid\n',
    'Stock; by place\nid,name\n1,Ann\n2,Bob\n3,Cid\n4,Dan\n5,Eve\n6,Fay\n7,Gus\n8,Hal\n9,Ida\n10,Jon\n',
    `id,name\n${Array.from({ length: 20 }, (_, i) => `${i},${i === 9 ? '"a;b"' : 'x'}\n`).join('')}`,
  ])('is told: %j', (text) => {
    const { dialect, warnings } = detectDialect(Buffer.from(text), { delimiter: ';' });
    expect(warnings.map(({ code }) => code)).toContain('delimiter_absent');
    expect(dialect.confidence).toBeLessThan(0.5);
  });
});

describe('one column that is read because any delimiter would reject the records', () => {
  it('is told to hold that delimiter', () => {
    const text = 'a,b\n1,2,3\n1,2,3,4\n1,2,3,4,5\n1,2,3,4,5,6\n1,2,3,4,5,6,7\n1,2\n';
    const { width, warnings } = detectDialect(Buffer.from(text));
    expect(width).toBe(1);
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'single_column', message: expect.stringContaining('","') }),
    );
  });
});

describe('a single column', () => {
  it.each([
    'CODE#AREA\n600#South\n601#North\n',
    'a=1\nb=2\nc=3\n',
    'name: Ann\nage: 30\ncity: Bern\n',
    'x}y\n1}2\n3}4\n',
    'Name: Ann\nSeen: 2024-01-01 10:30\nPage: https://a.org/x\n[more]\nCity: Bern\nNote: a: b: c\n',
    '0 1\n0 2\n1 2\n2 3\n',
    '1 2 3\n4 5 60\n7 8 9\n',
    '# Nodes: 3 Edges: 3\n10 1\n10 2\n11 12\n',
    `${'one line of words\n'.repeat(28)}id,name\n1,Ann\n2,Bob\n`,
  ])('that holds a likely delimiter is told: %j', (text) => {
    expectStart(text, { codes: ['single_column'] });
  });

  it.each([
    'name\nAnn\nLi\nMia\nBo\n',
    'day\n2024-01-01\n2024-01-02\n',
    'url\nhttps://a.org/x?y=1\nhttps://b.org/z?y=2\n',
    'amount\n1 234\n12 345\n987\n',
    '1 234\n2 345\n3 456\n',
    'phone\n0171 123456\n030 1234567\n0151 765432\n',
    'name\nAnn Lee\nLi Wei\nMia Roe\n',
    'time\n10:30\n11:45\n12:15\n',
  ])('that holds none is not: %j', (text) => {
    const { warnings } = detectDialect(Buffer.from(text));
    expect(warnings.map(({ code }) => code)).not.toContain('single_column');
  });
});
