import { describe, expect, it } from 'vitest';
import { detectDialect } from '../src/index.js';

interface Expected {
  delimiter?: string;
  has_header?: boolean;
  preamble_lines?: number;
  header?: string[];
  width?: number;
  decimal?: string;
  trim?: boolean;
  codes?: string[];
}

/** Neighbours of the files in libs/csv/test/silent-faults: other delimiters, words and sizes. */
const FILES: readonly (readonly [kind: string, text: string, expected: Expected])[] = [
  ['rows that begin with #', '#a;1\n#b;2\n#c;3\n', { has_header: false, preamble_lines: 0 }],
  ['rows that begin with //', '//x,1\n//y,2\n//z,3\n', { has_header: false, preamble_lines: 0 }],
  [
    'a comment above such rows',
    '# made by x\n#general,120\n#random,80\n#dev,3\n',
    { has_header: false, preamble_lines: 1 },
  ],
  ['a header above such rows', 'hex,name\n#FF0000,red\n#00FF00,green\n#0000FF,blue\n', { header: ['hex', 'name'] }],
  ['blank lines between rows', 'a,b\n1,x\n\n2,y\n\n3,z\n', { header: ['a', 'b'], preamble_lines: 0 }],
  ['a blank line below the header', 'id,v\n\n1,2\n3,4\n', { header: ['id', 'v'], preamble_lines: 0 }],
  [
    'a wider header of tabs',
    'id\tname\tcity\textra\n1\tA\tOslo\n2\tB\tRome\n',
    { header: ['id', 'name', 'city', 'extra'] },
  ],
  [
    'a header two cells wider',
    'id,name,city,x,y\n1,A,Oslo\n2,B,Rome\n3,C,Bern\n',
    { header: ['id', 'name', 'city', 'x', 'y'] },
  ],
  ['one row of a date and a number', '2024-01-01,5\n', { has_header: false, codes: ['header_uncertain'] }],
  ['one record of words', 'Anna,Oslo\n', { codes: ['header_uncertain'] }],
  [
    'row names beside text',
    'town,job\nann,Oslo,cook\nbob,Rome,smith\ncid,Bern,baker\n',
    { header: ['', 'town', 'job'], codes: ['header_width'] },
  ],
  [
    'rows that end with a delimiter',
    'A;B;C\n1;x;2;\n3;y;4;\n5;z;6;\n',
    { header: ['A', 'B', 'C'], codes: ['header_width'] },
  ],
  [
    'a quote in the last name',
    'id,name,"city\n1,A,Oslo\n2,B,Rome\n3,C,Bern\n',
    { width: 3, codes: ['header_uncertain'] },
  ],
  [
    'a header of tabs above commas',
    'id\tname\tcity\n1,Smith,Oslo\n2,Roe,Rome\n',
    { header: ['id', 'name', 'city'], codes: ['header_uncertain'] },
  ],
  [
    'a header of blanks above commas',
    'id name city\n1,Smith,Oslo\n2,Roe,Rome\n3,Poe,Bern\n',
    { header: ['id', 'name', 'city'], codes: ['header_uncertain'] },
  ],
  [
    'all records two cells wider than the header',
    'a,b\n1,2,3,4\n4,5,6,7\n7,8,9,1\n',
    { width: 4, codes: ['header_width'] },
  ],
  [
    'numbers above dates',
    'id;1;2\nfoo;2024-01-01;2024-02-01\nbar;2024-01-02;2024-02-03\n',
    { header: ['id', '1', '2'] },
  ],
  ['numbers and a name above numbers and text', 'id,101,102\nfoo,1,2\nbar,3,4\n', { codes: ['header_uncertain'] }],
  ['years above numbers', 'country,2020,2021\nNO,5,6\nSE,7,8\n', { header: ['country', '2020', '2021'] }],
  [
    'a second table of three columns',
    'a,b,c\nx,1,2\ny,3,4\n\nd,e,f\nz,5,6\n',
    { preamble_lines: 0, codes: ['second_header'] },
  ],
  [
    'a second table of a row',
    'Employee;Hours\nAnn;38\n\nContractor;Hours\nCy;12\n',
    { preamble_lines: 0, codes: ['second_header'] },
  ],
  [
    'a second table of text',
    'Name,Town\nAnn,Oslo\n\nFirm,Town\nAcme,Rome\n',
    { preamble_lines: 0, codes: ['header_uncertain'] },
  ],
  [
    'padded titles above one row',
    'Report;;;\nDate;2024;;\nid;name;city;n\n1;A;Oslo;3\n',
    { preamble_lines: 2, codes: ['records_skipped'] },
  ],
  [
    'padded titles above text',
    'Report;;\nBy;Me;\nname;town;job\nAnn;Oslo;cook\nBob;Rome;smith\n',
    { preamble_lines: 2, codes: ['records_skipped'] },
  ],
  ['an unusual sign between cells', 'A§B§C\n1§x§2\n3§y§4\n', { width: 1, codes: ['single_column'] }],
  ['names and values of one record', 'name: Bob\ntown: Oslo\nage: 5\n', { width: 1, codes: ['single_column'] }],
  ['decimal commas or two columns', '0,69\n0,51\n1,22\n', { codes: ['delimiter_uncertain'] }],
  ['decimal commas below a name', 'amount\n0,69\n0,51\n1,22\n', { width: 1, header: ['amount'] }],
  [
    'a comment with as many cells above the header',
    '# made in 2021; by x\nlat;long name\n23.26;1\n18.04;0\n64.18;1\n',
    { preamble_lines: 1, codes: ['records_skipped'] },
  ],
  [
    'addresses in the first column',
    'size\tcount\nhttps://a.org/?b=1\t1.5\t2\nhttps://c.org/?d=2\t2.5\t3\n',
    { delimiter: '\t', codes: ['header_width'] },
  ],
  [
    'quoted titles, one of them a year, padded to the width of two rows',
    '"Sales","","",""\n"2026","","",""\n"","","",""\n"id","name","qty","price"\n"1","chair","2","12.50"\n"2","desk","1","99.00"\n',
    { header: ['id', 'name', 'qty', 'price'], preamble_lines: 3, codes: ['records_skipped'] },
  ],
  [
    'rows of text above a total',
    '"Riga";"Li"\n"Ulm";"Bo"\n"London";"Mary"\n"Oslo";"Kim"\nTotal;12\n',
    { preamble_lines: 0, codes: ['header_uncertain'] },
  ],
  ['a missing value above dates', '-\n2000-09-24\n2019-09-01\nNA\n2005-03-14\n', { has_header: false }],
  ['a missing value above addresses', 'NA\na@b.com\nc@d.com\n-\ne@f.com\n', { has_header: false }],
  ['decimal commas below 1 without a name', '0,165\n0,004\n-0,141\n1,153\n', { width: 1, decimal: ',' }],
  [
    'sentences that each hold a comma',
    'The first table of all, order a table\nA customer of ours asked, see it again\nNew and very old, as it was before\n',
    { width: 1, codes: ['single_column'] },
  ],
  [
    'an unclosed quote above sentences of as many words',
    'Comment\n"Was order, as asked\nRight over the copper box again small river\nSmall engine of the garden was very late\n',
    { width: 1 },
  ],
  ['one record with blanks around its delimiter', '2005-10-12 18:18:34 , 0\n', { delimiter: ',', trim: true }],
  ['two colons between cells', '1::1193::5\n1::661::3\n2::914::4\n', { delimiter: '::', width: 3 }],
  ['two pipes between cells', 'id||name||city\n1||Ann||Oslo\n2||Bob||Rome\n', { delimiter: '||', width: 3 }],
  ['two pipes, without names', '1||Ann||Oslo\n2||Bob||Rome\n', { width: 3, codes: ['delimiter_uncertain'] }],
  ['an empty column between two pipes', 'id|note|city\n1||Oslo\n2||Rome\n', { delimiter: '|', width: 3 }],
  [
    'columns aligned with blanks',
    'id   name    city\n1    Ann     Oslo\n2    Bob     Rome\n',
    { width: 1, codes: ['single_column'] },
  ],
  [
    'names above numbers, parted by single blanks',
    'name score\nann 5\nbob 7\ncy 9\n',
    { width: 1, codes: ['single_column'] },
  ],
  [
    'columns below a rule of dashes',
    'id          name       born            \n----------- ---------- ----------------\n          1 Ann              1990-01-02\n          2 Bob              1985-12-31\n',
    { width: 1, codes: ['single_column'] },
  ],
  [
    'records of keys and values, one below the other',
    '******* 1. row *******\n  id: 1\nname: Ann\n******* 2. row *******\n  id: 2\nname: Bob\n',
    { width: 1, codes: ['single_column'] },
  ],
  [
    'a table of Markdown',
    '| id | name | city |\n|----|------|------|\n| 1  | Ann  | Oslo |\n| 2  | Bob  | Rome |\n',
    { width: 5, trim: true, codes: ['second_header'] },
  ],
  [
    'a table of Markdown without outer pipes',
    'id | name | city\n---|------|-----\n1 | Ann | Oslo\n2 | Bob | Rome\n',
    { header: ['id', 'name', 'city'], trim: true, codes: ['second_header'] },
  ],
  [
    'a comment that names the columns of a log',
    '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes\n2026-10-02\t00:00:01\tFRA2\t1234\n2026-10-02\t00:00:02\tFRA2\t2345\n2026-10-02\t00:00:03\tFRA2\t3456\n',
    { has_header: false, preamble_lines: 2, codes: ['header_uncertain'] },
  ],
  ['a matrix of distances without names', '0,1,2\n1,0,3\n2,3,0\n', { codes: ['header_uncertain'] }],
  ['numbers above fractions', 'id,1,2,3\nA,0.5,0.7,0.1\nB,0.2,0.3,0.4\n', { codes: ['header_uncertain'] }],
  ['a few numbers parted by blanks', '1.0 2.0 3.0\n4.0 5.0 6.0\n7.0 8.0 9.0\n', { codes: ['single_column'] }],
];

describe('a file like one that was once read wrongly without a warning', () => {
  it.each(FILES)(
    'is read rightly, or what is doubtful is told: %s',
    (_kind, text, { codes = [], header, width, ...dialect }) => {
      const verdict = detectDialect(Buffer.from(text));
      expect(verdict.dialect).toMatchObject(dialect);
      if (header) expect(verdict.header).toEqual(header);
      if (width) expect(verdict.width).toBe(width);
      expect(verdict.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
    },
  );
});

/** Files like those above that are as they should be: doubt is needless. */
const CLEAN: readonly (readonly [kind: string, text: string])[] = [
  ['streets below a name of one word', 'Adresse\nHauptstr. 5\nRing 12\nAllee 3\n'],
  ['a comment that is no list of fields', '# exported by a tool\nid,name,qty\n1,bolt,4\n2,nut,5\n3,pin,6\n'],
  ['a mark of a missing value below the header', 'id,qty\n-,-\n1,4\n2,5\n3,6\n4,7\n'],
  [
    'numbers as names above many rows',
    `0,1,2\n${Array.from({ length: 20 }, (_, i) => `${i * 7},${i + 3},${i * 2}\n`).join('')}`,
  ],
];

describe('a file like one that is doubtful, but clear', () => {
  it.each(CLEAN)('has no warning: %s', (_kind, text) => {
    expect(detectDialect(Buffer.from(text)).warnings).toEqual([]);
  });
});
