import type { ColumnType } from '@app/csv-format';
import iconv from 'iconv-lite';
import { type ExpectedDialect, USUAL } from '../dialect/awkward-heads.fixture.js';
import type { UploadOptions } from '../upload/upload-options.js';
import type { RejectCode } from './cutting/batch.js';
import type { FailureCode } from './failures.js';

/** The name as it stands in the file, where the key is not that. */
export type ExpectedColumn = readonly [key: string, type: ColumnType, name?: string];

export type ExpectedReject = readonly [
  code: RejectCode,
  record: number,
  /** From 1. */
  line: number,
  /** From the first byte of the file, a byte order mark included. */
  byte: number,
  /** In UTF-8, its first 64 KiB. */
  raw: string | Buffer,
];

/** A file, and what the contract makes of it: worked out from the contract, never copied from a run. */
export interface AwkwardFile {
  trouble: string;
  content: string | Buffer;
  options?: UploadOptions;
  columns: readonly ExpectedColumn[];
  rows: readonly (readonly (string | null)[])[];
  rejects?: readonly ExpectedReject[];
  /** What is not as in USUAL_FILE. */
  dialect?: Partial<ExpectedDialect & { encoding: string }>;
  /** Codes among the `errors`, all of them; one that counts, with its number behind. */
  warnings?: readonly string[];
}

/** A file that cannot become rows. */
export interface UnreadableFile {
  trouble: string;
  content: string | Buffer;
  options?: UploadOptions;
  code: FailureCode;
  rejects?: readonly ExpectedReject[];
}

export const USUAL_FILE = { ...USUAL, encoding: 'utf-8' };

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
const crlf = (...all: string[]): string => `${all.join('\r\n')}\r\n`;
const repeat = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** Every character one byte. */
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const KiB = 1024;
const KEPT = 64 * KiB;

/** A column of values beside a column of numbers. */
const typed = (trouble: string, type: ColumnType, ...values: string[]): AwkwardFile => ({
  trouble,
  content: lines('id,value', ...values.map((value, i) => `${i + 1},${value}`)),
  columns: [
    ['id', 'integer'],
    ['value', type],
  ],
  rows: values.map((value, i) => [`${i + 1}`, value === '' ? null : value]),
});

/** Names over a row of numbers. */
const headed = (trouble: string, header: string, ...names: [key: string, name?: string][]): AwkwardFile => ({
  trouble,
  content: lines(header, names.map((_, i) => `${i + 1}.5`).join(','), names.map((_, i) => `${i + 2}.25`).join(',')),
  options: { header: 'true', delimiter: ',' },
  columns: names.map(([key, name]) => [key, 'number', name]),
  rows: [names.map((_, i) => `${i + 1}.5`), names.map((_, i) => `${i + 2}.25`)],
});

const ID_NAME: readonly ExpectedColumn[] = [
  ['id', 'integer'],
  ['name', 'text'],
];

const DELIMITERS: readonly AwkwardFile[] = [
  {
    trouble: 'commas, some of them in quotes',
    content: lines('id,name', '1,"Schmidt, Anna"', '2,"Wei, Li"', '3,Mia'),
    columns: ID_NAME,
    rows: [
      ['1', 'Schmidt, Anna'],
      ['2', 'Wei, Li'],
      ['3', 'Mia'],
    ],
  },
  {
    trouble: 'semicolons beside decimal commas',
    content: crlf('Artikel;Menge;Preis', 'Brot;2;1,50', 'Milch;1;-0,99', 'Eier;10;12'),
    columns: [
      ['artikel', 'text', 'Artikel'],
      ['menge', 'integer', 'Menge'],
      ['preis', 'number', 'Preis'],
    ],
    rows: [
      ['Brot', '2', '1,50'],
      ['Milch', '1', '-0,99'],
      ['Eier', '10', '12'],
    ],
    dialect: { delimiter: ';', newline: 'crlf', decimal: ',' },
  },
  {
    trouble: 'tabs, with commas in the text and an empty cell at the end',
    content: lines('id\tname\tamount', '1\tSmith, John\t2.5', '2\tDoe, Jane\t', '3\tRoe, Rick\t4'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['amount', 'number'],
    ],
    rows: [
      ['1', 'Smith, John', '2.5'],
      ['2', 'Doe, Jane', null],
      ['3', 'Roe, Rick', '4'],
    ],
    dialect: { delimiter: '\t' },
  },
  {
    trouble: 'pipes, with every other delimiter in the text',
    content: lines('id|name|year', '1|a;b, c|2001', '2|d;e, f|2002', '3|g;h, i|2003'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['year', 'integer'],
    ],
    rows: [
      ['1', 'a;b, c', '2001'],
      ['2', 'd;e, f', '2002'],
      ['3', 'g;h, i', '2003'],
    ],
    dialect: { delimiter: '|' },
  },
  {
    trouble: 'carets',
    content: lines('id^name^amount', '1^Smith, John^1.5', '2^Doe, Jane^2.5', '3^Roe, Rick^3.5', '4^Poe, Edgar^4.5'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['amount', 'number'],
    ],
    rows: [
      ['1', 'Smith, John', '1.5'],
      ['2', 'Doe, Jane', '2.5'],
      ['3', 'Roe, Rick', '3.5'],
      ['4', 'Poe, Edgar', '4.5'],
    ],
    dialect: { delimiter: '^' },
  },
  {
    trouble: 'the unit separator for a delimiter, the record separator in a cell',
    content: lines('id\x1fname', '1\x1fa\x1eb', '2\x1fc, d'),
    options: { delimiter: '\x1f' },
    columns: ID_NAME,
    rows: [
      ['1', 'a\x1eb'],
      ['2', 'c, d'],
    ],
    dialect: { delimiter: '\x1f' },
  },
  {
    trouble: 'a delimiter that nobody would guess, declared',
    content: lines('id!name', '1!Anna', '2!"a!b"'),
    options: { delimiter: '!' },
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', 'a!b'],
    ],
    dialect: { delimiter: '!' },
  },
  {
    trouble: 'tildes, without a header',
    content: lines(...repeat(6, (i) => `${i + 100}~Butter, salted~${i}.5~BUTTER, SALT`)),
    columns: [
      ['column_1', 'integer'],
      ['column_2', 'text'],
      ['column_3', 'number'],
      ['column_4', 'text'],
    ],
    rows: repeat(6, (i) => [`${i + 100}`, 'Butter, salted', `${i}.5`, 'BUTTER, SALT']),
    dialect: { delimiter: '~', has_header: false },
  },
  {
    trouble: 'colons, as in the list of users of a Unix',
    content: lines(
      'root:x:0:0:root:/root:/bin/bash',
      'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
      'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
      'john:x:1000:1000:John Smith,,,:/home/john:/bin/bash',
    ),
    columns: (['text', 'text', 'integer', 'integer', 'text', 'text', 'text'] as const).map(
      (type, i) => [`column_${i + 1}`, type] as const,
    ),
    rows: [
      ['root', 'x', '0', '0', 'root', '/root', '/bin/bash'],
      ['daemon', 'x', '1', '1', 'daemon', '/usr/sbin', '/usr/sbin/nologin'],
      ['bin', 'x', '2', '2', 'bin', '/bin', '/usr/sbin/nologin'],
      ['john', 'x', '1000', '1000', 'John Smith,,,', '/home/john', '/bin/bash'],
    ],
    dialect: { delimiter: ':', has_header: false },
  },
  {
    trouble: 'control-A, as Hive writes it',
    content: lines(...repeat(6, (i) => `${i}\x01user ${i}\x012024-01-0${i + 1}\x01${i}.5`)),
    columns: [
      ['column_1', 'integer'],
      ['column_2', 'text'],
      ['column_3', 'date'],
      ['column_4', 'number'],
    ],
    rows: repeat(6, (i) => [`${i}`, `user ${i}`, `2024-01-0${i + 1}`, `${i}.5`]),
    dialect: { delimiter: '\x01', has_header: false },
  },
  {
    trouble: 'spaces, declared, between quoted cells and with an empty one',
    content: lines('id name note', '1 "Anna S" x', '2  "y z"', '3 Mia ""'),
    options: { delimiter: ' ' },
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['note', 'text'],
    ],
    rows: [
      ['1', 'Anna S', 'x'],
      ['2', null, 'y z'],
      ['3', 'Mia', null],
    ],
    dialect: { delimiter: ' ' },
  },
  {
    trouble: 'a declared delimiter that the file has not',
    content: lines('id,name', '1,Anna', '2,Li'),
    options: { delimiter: ';', header: 'true' },
    columns: [['id_name', 'text', 'id,name']],
    rows: [['1,Anna'], ['2,Li']],
    dialect: { delimiter: ';' },
    warnings: ['delimiter_absent'],
  },
  {
    trouble: 'empty cells between tabs, beside quoted ones',
    content: lines('id\ta\tb\tc', '1\t"x"\t\t"y"', '2\t\t\t', '3\t"p\tq"\t\t'),
    columns: [
      ['id', 'integer'],
      ['a', 'text'],
      ['b', 'text'],
      ['c', 'text'],
    ],
    rows: [
      ['1', 'x', null, 'y'],
      ['2', null, null, null],
      ['3', 'p\tq', null, null],
    ],
    dialect: { delimiter: '\t' },
  },
];

const QUOTES: readonly AwkwardFile[] = [
  {
    trouble: 'doubled quotes, a cell of nothing else among them',
    content: lines('id,name', '1,"say ""hi"""', '2,""""', '3,"plain"'),
    columns: ID_NAME,
    rows: [
      ['1', 'say "hi"'],
      ['2', '"'],
      ['3', 'plain'],
    ],
  },
  {
    trouble: 'quotes behind backslashes, a backslash behind another before the closing quote',
    content: lines('id,name', '1,"say \\"hi\\", she said"', '2,"C:\\\\"', '3,"a\\nb"', '4,"x \\"y\\""'),
    options: { escape: '\\' },
    columns: ID_NAME,
    rows: [
      ['1', 'say "hi", she said'],
      ['2', 'C:\\'],
      ['3', 'a\\nb'],
      ['4', 'x "y"'],
    ],
    dialect: { escape: '\\' },
  },
  {
    trouble: 'single quotes that hold cells together',
    content: lines("id;'name'", "1;'O''Neil; Pat'", "2;'a;b'", "3;'c;d'", "4;'e'"),
    columns: ID_NAME,
    rows: [
      ['1', "O'Neil; Pat"],
      ['2', 'a;b'],
      ['3', 'c;d'],
      ['4', 'e'],
    ],
    dialect: { delimiter: ';', quote: "'", escape: "'" },
  },
  {
    trouble: 'quotes that mean nothing, as declared',
    content: lines('id,name', '1,"Anna"', '2,"Li', '3,"'),
    options: { quote: '' },
    columns: ID_NAME,
    rows: [
      ['1', '"Anna"'],
      ['2', '"Li'],
      ['3', '"'],
    ],
    dialect: { quote: '', escape: '' },
  },
  {
    trouble: 'inches: quotes inside cells without quotes',
    content: lines('id,size,note', '1,5" disk,"a, b"', '2,3.5","c, d"', '3,6"x8",e'),
    columns: [
      ['id', 'integer'],
      ['size', 'text'],
      ['note', 'text'],
    ],
    rows: [
      ['1', '5" disk', 'a, b'],
      ['2', '3.5"', 'c, d'],
      ['3', '6"x8"', 'e'],
    ],
  },
  {
    trouble: 'spaces behind closing quotes, and before an opening one, which then is none',
    content: lines('id,name,n', '1,"Anna" ,5', '2,"Li, W"  ,6', '3, "Mia",7'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'Anna', '5'],
      ['2', 'Li, W', '6'],
      ['3', ' "Mia"', '7'],
    ],
  },
  {
    trouble: 'a quote inside quotes that somebody forgot to double',
    content: lines('id,name', '1,"An"na"', '2,"Wei, Li"', '3,"Mia, R"'),
    columns: ID_NAME,
    rows: [
      ['1', 'An"na'],
      ['2', 'Wei, Li'],
      ['3', 'Mia, R'],
    ],
  },
  {
    trouble: 'text behind a closing quote',
    content: lines('id,name,n', '1,"Anna, S",5', '2,"Li"x,6', '3,"Mia, R",7'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'Anna, S', '5'],
      ['3', 'Mia, R', '7'],
    ],
    rejects: [['unclosed_quote', 2, 3, 24, '2,"Li"x,6']],
  },
  {
    trouble: 'a quote that closes a cell too late, over the next delimiter',
    content: lines('id,a,b', '1,"x"y,z"', '2,"p, q",r', '3,"s, t",u'),
    columns: [
      ['id', 'integer'],
      ['a', 'text'],
      ['b', 'text'],
    ],
    rows: [
      ['2', 'p, q', 'r'],
      ['3', 's, t', 'u'],
    ],
    rejects: [['malformed_quote', 1, 2, 7, '1,"x"y,z"']],
  },
  {
    trouble: 'a quote that is never closed, up to the end of the file',
    content: lines('id,name', '1,"A, S"', '2,"Li', '3,Mia', '4,Ola'),
    columns: ID_NAME,
    rows: [
      ['1', 'A, S'],
      ['3', 'Mia'],
      ['4', 'Ola'],
    ],
    rejects: [['unclosed_quote', 2, 3, 17, '2,"Li']],
  },
  {
    trouble: 'a quote that is never closed, before records with quotes',
    content: lines('id,name,city', '1,"Li,Rome', '2,"Mia, R","Ulm"', '3,"Ola","Bonn, W"'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['city', 'text'],
    ],
    rows: [
      ['2', 'Mia, R', 'Ulm'],
      ['3', 'Ola', 'Bonn, W'],
    ],
    rejects: [['unclosed_quote', 1, 2, 13, '1,"Li,Rome']],
  },
  {
    trouble: 'a quote that is never closed, in the last line, which has no line break',
    content: 'id,name\n1,"A, S"\n2,"L, W"\n3,"Mia',
    columns: ID_NAME,
    rows: [
      ['1', 'A, S'],
      ['2', 'L, W'],
    ],
    rejects: [['unclosed_quote', 3, 4, 26, '3,"Mia']],
  },
  {
    trouble: 'a quote that is not closed within a MiB, and what follows it is sound',
    content: lines('id,name', '1,"A, S"', '2,"Li', ...repeat(1200, (i) => `${i + 3},${'x'.repeat(1000)}`), '2000,"Z"'),
    columns: ID_NAME,
    rows: [['1', 'A, S'], ...repeat(1200, (i) => [`${i + 3}`, 'x'.repeat(1000)]), ['2000', 'Z']],
    rejects: [['unclosed_quote', 2, 3, 17, '2,"Li']],
  },
  {
    trouble: 'backslashes before quotes, undeclared',
    content: lines('id,name,city', ...repeat(6, (i) => `${i},"the \\"big ${i}\\", they say","Rome"`)),
    columns: [...ID_NAME, ['city', 'text']],
    rows: repeat(6, (i) => [`${i}`, `the "big ${i}", they say`, 'Rome']),
    dialect: { escape: '\\' },
  },
  {
    trouble: 'a record of several lines that is rejected whole',
    content: crlf('id,name', '1,"a\r\nb",x', '2,Li', '3,"c\r\n\0d"', '4,"e, f"'),
    columns: ID_NAME,
    rows: [
      ['2', 'Li'],
      ['4', 'e, f'],
    ],
    rejects: [
      ['too_many_cells', 1, 2, 9, '1,"a\r\nb",x'],
      ['nul_character', 3, 5, 27, '3,"c\r\n\0d"'],
    ],
    dialect: { newline: 'crlf' },
  },
  {
    trouble: 'an apostrophe before codes that shall stay text',
    content: lines('code,name', "'00123,Anna", "'00456,Li", "'07890,Mia"),
    columns: [
      ['code', 'text'],
      ['name', 'text'],
    ],
    rows: [
      ["'00123", 'Anna'],
      ["'00456", 'Li'],
      ["'07890", 'Mia'],
    ],
  },
];

const LINES: readonly AwkwardFile[] = [
  {
    trouble: 'CRLF, and a record with too many cells',
    content: crlf('id,name', '1,Anna', '2,Li,x', '3,Mia'),
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 3, 17, '2,Li,x']],
    dialect: { newline: 'crlf' },
  },
  {
    trouble: 'CR alone, line feeds in quotes',
    content: 'id,name\r1,"a\nb"\r2,x,y\r3,Mia\r4,Ola\r',
    columns: ID_NAME,
    rows: [
      ['1', 'a\nb'],
      ['3', 'Mia'],
      ['4', 'Ola'],
    ],
    rejects: [['too_many_cells', 2, 3, 16, '2,x,y']],
    dialect: { newline: 'cr' },
  },
  {
    trouble: 'LF, CRLF and CR in one file',
    content: 'id,name\n1,Anna\r\n2,Li\r3,Mia\r4,Ola\n5,Ivan,x\r\n6,Pat\n',
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', 'Li'],
      ['3', 'Mia'],
      ['4', 'Ola'],
      ['6', 'Pat'],
    ],
    rejects: [['too_many_cells', 5, 6, 33, '5,Ivan,x']],
    dialect: { newline: 'mixed' },
  },
  {
    trouble: 'CRCRLF, every line end translated twice: each is a line break and a blank line',
    content: 'id,name\r\r\n1,Anna\r\r\n2,Li,x\r\r\n3,Mia\r\r\n',
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 5, 19, '2,Li,x']],
    dialect: { newline: 'mixed' },
  },
  {
    trouble: 'a carriage return in a cell of an LF file, quoted and not',
    content: lines('id,name,n', '1,"a\rb",1', '2,c\rd,2', '3,e,3', '4,f,4', '5,g,5', '6,h,6'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'a\rb', '1'],
      ['2', 'c\rd', '2'],
      ['3', 'e', '3'],
      ['4', 'f', '4'],
      ['5', 'g', '5'],
      ['6', 'h', '6'],
    ],
  },
  {
    trouble: 'a line feed left in a cell of a CRLF file without quotes, which breaks the record in two',
    content: crlf('id,name,n', '1,a,1', '2,left\nright,2', '3,c,3', '4,d,4', '5,e,5'),
    columns: [
      ['id', 'text'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'a', '1'],
      ['2', 'left', null],
      ['right', '2', null],
      ['3', 'c', '3'],
      ['4', 'd', '4'],
      ['5', 'e', '5'],
    ],
    dialect: { newline: 'crlf' },
    warnings: ['short_records 2'],
  },
  {
    trouble: 'quoted line breaks of both kinds, kept as they are',
    content: crlf('id,name', '1,"a\r\nb"', '2,"c\nd"', '3,"\r\n"'),
    columns: ID_NAME,
    rows: [
      ['1', 'a\r\nb'],
      ['2', 'c\nd'],
      ['3', '\r\n'],
    ],
    dialect: { newline: 'crlf' },
  },
  {
    trouble: 'a reject behind quoted line breaks, whose line is the physical one',
    content: lines('id,note,n', '1,"a\nb\nc",1', '2,x,1,9', '3,"d\n\ne",2', '4,"f\ng",3,9', '5,y,4'),
    columns: [
      ['id', 'integer'],
      ['note', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'a\nb\nc', '1'],
      ['3', 'd\n\ne', '2'],
      ['5', 'y', '4'],
    ],
    rejects: [
      ['too_many_cells', 2, 5, 22, '2,x,1,9'],
      ['too_many_cells', 4, 9, 41, '4,"f\ng",3,9'],
    ],
  },
  {
    trouble: 'blank lines everywhere, which are lines but no records',
    content: '\n\nid,name\n\n1,Anna\n\n\n2,Li,x\n\n3,Mia\n\n\n',
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 8, 20, '2,Li,x']],
    dialect: { preamble_lines: 2 },
  },
  {
    trouble: 'a line of a space, which is no blank line',
    content: lines('id,name', '1,Anna', ' ', '2,Li', '3,Mia'),
    columns: [
      ['id', 'text'],
      ['name', 'text'],
    ],
    rows: [
      ['1', 'Anna'],
      [' ', null],
      ['2', 'Li'],
      ['3', 'Mia'],
    ],
    warnings: ['short_records 1'],
  },
  {
    trouble: 'no line break at the end, and an empty last cell',
    content: 'id,name\n1,Anna\n2,',
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', null],
    ],
  },
  {
    trouble: 'no line break behind a closing quote at the end',
    content: 'id,name\n1,Anna\n2,"Li, W"',
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', 'Li, W'],
    ],
  },
  {
    trouble: 'characters that other programs take for line ends: form feed, NEL, line and paragraph separator',
    content: lines('id,name', '1,a\fb', '2,c\u0085d', '3,e\u2028f', '4,g\u2029h', '5,i\vj'),
    columns: ID_NAME,
    rows: [
      ['1', 'a\fb'],
      ['2', 'c\u0085d'],
      ['3', 'e\u2028f'],
      ['4', 'g\u2029h'],
      ['5', 'i\vj'],
    ],
  },
];

const ENCODINGS: readonly AwkwardFile[] = [
  {
    trouble: 'a UTF-8 byte order mark, which is in no name but in every offset',
    content: `\ufeff${lines('id,name', '1,Zoë', '2,Li,x')}`,
    columns: ID_NAME,
    rows: [['1', 'Zoë']],
    rejects: [['too_many_cells', 2, 3, 18, '2,Li,x']],
  },
  {
    trouble: 'a byte order mark before a quoted header',
    content: `\ufeff${lines('"id","name"', '"1","Anna"', '"2","Li, W"')}`,
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', 'Li, W'],
    ],
  },
  {
    trouble: 'a byte order mark in the middle, where two files were put together',
    content: lines('id,name', '1,Anna', '\ufeff2,Li', '3,Mia'),
    columns: [
      ['id', 'text'],
      ['name', 'text'],
    ],
    rows: [
      ['1', 'Anna'],
      ['\ufeff2', 'Li'],
      ['3', 'Mia'],
    ],
  },
  {
    trouble: 'UTF-16LE as Excel writes it, tabs, an emoji before the reject',
    content: Buffer.from(`\ufeff${crlf('id\tname', '1\t😀', '2\tx\ty', '3\tЛи')}`, 'utf16le'),
    columns: ID_NAME,
    rows: [
      ['1', '😀'],
      ['3', 'Ли'],
    ],
    rejects: [['too_many_cells', 2, 3, 32, '2\tx\ty']],
    dialect: { encoding: 'utf-16le', delimiter: '\t', newline: 'crlf' },
  },
  {
    trouble: 'UTF-16BE with half a surrogate pair in one record',
    content: Buffer.concat([utf16be('\ufeffid,name\n1,'), Buffer.from([0xd8, 0x00]), utf16be('\n2,x,y\n3,Ängström\n')]),
    columns: ID_NAME,
    rows: [['3', 'Ängström']],
    rejects: [
      ['invalid_encoding', 1, 2, 18, Buffer.from([0x31, 0x2c, 0xed, 0xa0, 0x80])],
      ['too_many_cells', 2, 3, 26, '2,x,y'],
    ],
    dialect: { encoding: 'utf-16be' },
  },
  {
    trouble: 'UTF-16LE without a byte order mark',
    content: Buffer.from(lines('id,name,city', '1,Anna,Köln', '2,Li,Rome'), 'utf16le'),
    columns: [...ID_NAME, ['city', 'text']],
    rows: [
      ['1', 'Anna', 'Köln'],
      ['2', 'Li', 'Rome'],
    ],
    dialect: { encoding: 'utf-16le' },
  },
  {
    trouble: 'windows-1252, with a euro sign and curly quotes',
    content: latin1(lines('id,name', '1,Caf\xe9', '2,\x80 5', '3,\x93Zo\xeb\x94', '4,x,y')),
    columns: ID_NAME,
    rows: [
      ['1', 'Café'],
      ['2', '€ 5'],
      ['3', '“Zoë”'],
    ],
    rejects: [['too_many_cells', 4, 5, 29, '4,x,y']],
    dialect: { encoding: 'windows-1252' },
  },
  {
    trouble: 'windows-1252 with a byte that it does not define',
    content: latin1(lines('id,name', '1,Caf\xe9', '2,\x81x', '3,x,y')),
    columns: ID_NAME,
    rows: [['1', 'Café']],
    rejects: [
      ['invalid_encoding', 2, 3, 15, latin1('2,\xff\xff\xffx')],
      ['too_many_cells', 3, 4, 20, '3,x,y'],
    ],
    dialect: { encoding: 'windows-1252' },
  },
  {
    trouble: 'latin1, declared and taken at its word',
    content: latin1(lines('id,name', '1,Caf\xe9', '2,a\x85b')),
    options: { encoding: 'iso-8859-1' },
    columns: ID_NAME,
    rows: [
      ['1', 'Café'],
      ['2', 'a\u0085b'],
    ],
    dialect: { encoding: 'iso-8859-1' },
  },
  {
    trouble: 'Shift JIS, declared, whose characters hold pipes and backslashes for second bytes',
    content: iconv.encode(lines('ID|品名|数', '1|ポット|2', '2|表|3', '3|ソ|4|5', '4|"能|力"|6'), 'shift_jis'),
    options: { encoding: 'shift_jis' },
    columns: [
      ['id', 'integer', 'ID'],
      ['品名', 'text'],
      ['数', 'integer'],
    ],
    rows: [
      ['1', 'ポット', '2'],
      ['2', '表', '3'],
      ['4', '能|力', '6'],
    ],
    rejects: [['too_many_cells', 3, 4, 29, '3|ソ|4|5']],
    dialect: { encoding: 'shift_jis', delimiter: '|' },
  },
  {
    trouble: 'windows-1251, declared',
    content: iconv.encode(lines('Номер;Имя', '1;Анна', '2;Пётр'), 'windows-1251'),
    options: { encoding: 'windows-1251' },
    columns: [
      ['номер', 'integer', 'Номер'],
      ['имя', 'text', 'Имя'],
    ],
    rows: [
      ['1', 'Анна'],
      ['2', 'Пётр'],
    ],
    dialect: { encoding: 'windows-1251', delimiter: ';' },
  },
  {
    trouble: 'one record in latin1 among records in UTF-8',
    content: Buffer.concat([
      Buffer.from(lines('id,city', '1,Köln', '2,Zürich')),
      latin1('3,Z\xfcrich\n'),
      Buffer.from('4,Jülich\n'),
    ]),
    columns: [
      ['id', 'integer'],
      ['city', 'text'],
    ],
    rows: [
      ['1', 'Köln'],
      ['2', 'Zürich'],
      ['4', 'Jülich'],
    ],
    rejects: [['invalid_encoding', 3, 4, 26, latin1('3,Z\xfcrich')]],
  },
  {
    trouble: 'forbidden forms of UTF-8: overlong, a surrogate, beyond Unicode',
    content: Buffer.concat([
      Buffer.from(
        lines('id,name', '1,ä', '2,ö', '3,ü', '4,Ä', '5,Ö', '6,Ü', '7,ß', '8,é', '9,è', '10,€', '11,ñ', '12,ç'),
      ),
      latin1('13,\xc0\x80\n14,\xed\xa0\x80\n15,\xf4\x90\x80\x80\n'),
      Buffer.from('16,😀\n'),
    ]),
    columns: ID_NAME,
    rows: [...[...'äöüÄÖÜßéè€ñç'].map((letter, i) => [`${i + 1}`, letter]), ['16', '😀']],
    rejects: [
      ['invalid_encoding', 13, 14, 72, latin1('13,\xc0\x80')],
      ['invalid_encoding', 14, 15, 78, latin1('14,\xed\xa0\x80')],
      ['invalid_encoding', 15, 16, 85, latin1('15,\xf4\x90\x80\x80')],
    ],
  },
  {
    trouble: 'NUL in one record',
    content: lines('id,name', '1,A\0b', '2,Li and some more text', '3,Mia and some more text'),
    columns: ID_NAME,
    rows: [
      ['2', 'Li and some more text'],
      ['3', 'Mia and some more text'],
    ],
    rejects: [['nul_character', 1, 2, 8, '1,A\0b']],
  },
  {
    trouble: 'latin1 that is declared to be UTF-8',
    content: latin1(lines('id,name', '1,Caf\xe9', '2,Anna', '3,Zo\xeb')),
    options: { encoding: 'utf-8' },
    columns: ID_NAME,
    rows: [['2', 'Anna']],
    rejects: [
      ['invalid_encoding', 1, 2, 8, latin1('1,Caf\xe9')],
      ['invalid_encoding', 3, 4, 22, latin1('3,Zo\xeb')],
    ],
  },
  {
    trouble: 'a character that the end of the file cuts in two',
    content: Buffer.concat([Buffer.from(lines('id,name', '1,ä', '2,ö')), latin1('3,\xe2\x82')]),
    columns: ID_NAME,
    rows: [
      ['1', 'ä'],
      ['2', 'ö'],
    ],
    rejects: [['invalid_encoding', 3, 4, 18, latin1('3,\xe2\x82')]],
  },
  {
    trouble: 'GB18030, declared, characters of two and of four bytes before the reject',
    content: iconv.encode(lines('id,名', '1,中文', '2,ℵ,x', '3,国'), 'gb18030'),
    options: { encoding: 'gb18030' },
    columns: [
      ['id', 'integer'],
      ['名', 'text'],
    ],
    rows: [
      ['1', '中文'],
      ['3', '国'],
    ],
    rejects: [['too_many_cells', 2, 3, 13, '2,ℵ,x']],
    dialect: { encoding: 'gb18030' },
  },
  {
    trouble: 'the mark that DOS ended files with',
    content: `${crlf('id,name', '1,Anna', '2,Li')}\x1a`,
    columns: [
      ['id', 'text'],
      ['name', 'text'],
    ],
    rows: [
      ['1', 'Anna'],
      ['2', 'Li'],
      ['\x1a', null],
    ],
    dialect: { newline: 'crlf' },
    warnings: ['short_records 1'],
  },
];

const BEGINNINGS: readonly AwkwardFile[] = [
  {
    trouble: 'a title, a source and a blank line before the header',
    content: lines(
      'Population by district',
      'Source: office',
      '',
      'district;people;area',
      'Mitte;385748;39.47',
      'Pankow;410716;103.07;x',
      'Spandau;246000;91.91',
    ),
    columns: [
      ['district', 'text'],
      ['people', 'integer'],
      ['area', 'number'],
    ],
    rows: [
      ['Mitte', '385748', '39.47'],
      ['Spandau', '246000', '91.91'],
    ],
    rejects: [['too_many_cells', 2, 6, 79, 'Pankow;410716;103.07;x']],
    dialect: { delimiter: ';', preamble_lines: 3 },
  },
  {
    trouble: 'comments before the header',
    content: lines('# exported 2024-01-01', '# units: m, s', 'id,length,time', '1,1.5,2', '2,2.5,4', '3,3.5,6'),
    columns: [
      ['id', 'integer'],
      ['length', 'number'],
      ['time', 'integer'],
    ],
    rows: [
      ['1', '1.5', '2'],
      ['2', '2.5', '4'],
      ['3', '3.5', '6'],
    ],
    dialect: { preamble_lines: 2 },
  },
  {
    trouble: 'the sep= line of Excel, behind a byte order mark',
    content: `\ufeff${crlf('sep=;', 'id;name', '1;a,b', '2;x;y')}`,
    columns: ID_NAME,
    rows: [['1', 'a,b']],
    rejects: [['too_many_cells', 2, 4, 26, '2;x;y']],
    dialect: { delimiter: ';', newline: 'crlf', preamble_lines: 1 },
  },
  {
    trouble: 'a preamble with an odd number of quotes, skipped as declared',
    content: lines('The 5" draft', 'of "May', 'id,name', '1,"A, S"', '2,Li'),
    options: { skip: 2 },
    columns: ID_NAME,
    rows: [
      ['1', 'A, S'],
      ['2', 'Li'],
    ],
    dialect: { preamble_lines: 2 },
  },
  {
    trouble: 'a title padded with delimiters up to the width of the table',
    content: crlf(
      'Umsatz 2024;;;',
      ';;;',
      'Region;Q1;Q2;Q3',
      'Nord;1,5;2,5;3,5',
      'West;4,5;5,5;6,5',
      'Ost;7,5;8,5;9,5',
    ),
    columns: [
      ['region', 'text', 'Region'],
      ['q1', 'number', 'Q1'],
      ['q2', 'number', 'Q2'],
      ['q3', 'number', 'Q3'],
    ],
    rows: [
      ['Nord', '1,5', '2,5', '3,5'],
      ['West', '4,5', '5,5', '6,5'],
      ['Ost', '7,5', '8,5', '9,5'],
    ],
    dialect: { delimiter: ';', newline: 'crlf', preamble_lines: 2, decimal: ',' },
  },
  {
    trouble: 'no header, numbers only',
    content: lines('5.1,3,1.4', '4.9,3,1.5', '4.7,2,1.3', '4.6,4,1.6'),
    columns: [
      ['column_1', 'number'],
      ['column_2', 'integer'],
      ['column_3', 'number'],
    ],
    rows: [
      ['5.1', '3', '1.4'],
      ['4.9', '3', '1.5'],
      ['4.7', '2', '1.3'],
      ['4.6', '4', '1.6'],
    ],
    dialect: { has_header: false },
  },
  {
    trouble: 'words in the first line that are no header, as declared',
    content: lines('id,name', '1,Anna', '2,Li'),
    options: { header: 'false' },
    columns: [
      ['column_1', 'text'],
      ['column_2', 'text'],
    ],
    rows: [
      ['id', 'name'],
      ['1', 'Anna'],
      ['2', 'Li'],
    ],
    dialect: { has_header: false },
  },
  {
    trouble: 'numbers in the first line that are a header, as declared',
    content: lines('1,-2.5', '3,4', '5,6'),
    options: { header: 'true' },
    columns: [
      ['col_1', 'integer', '1'],
      ['col_2_5', 'integer', '-2.5'],
    ],
    rows: [
      ['3', '4'],
      ['5', '6'],
    ],
  },
  {
    trouble: 'a header and nothing else',
    content: 'id,first_name,email',
    columns: [
      ['id', 'text'],
      ['first_name', 'text'],
      ['email', 'text'],
    ],
    rows: [],
  },
  {
    trouble: 'one row and nothing else',
    content: lines('17,4.5,2024-01-01,192.168.0.1'),
    columns: [
      ['column_1', 'integer'],
      ['column_2', 'number'],
      ['column_3', 'date'],
      ['column_4', 'text'],
    ],
    rows: [['17', '4.5', '2024-01-01', '192.168.0.1']],
    dialect: { has_header: false },
  },
  {
    trouble: 'one column, with an empty cell in quotes, a blank line, and the end mark of COPY',
    content: lines('name', 'Anna', '""', '', '\\.', '\\N', 'Li'),
    options: { header: 'true', delimiter: ',' },
    columns: [['name', 'text']],
    rows: [['Anna'], [null], ['\\.'], ['\\N'], ['Li']],
    warnings: ['delimiter_absent'],
  },
  {
    trouble: 'a second row of names, with units, which is data',
    content: lines('time,temp,wind', 's,°C,m/s', '0,12.5,3.1', '1,12.7,3.4', '2,12.9,2.9'),
    columns: [
      ['time', 'text'],
      ['temp', 'text'],
      ['wind', 'text'],
    ],
    rows: [
      ['s', '°C', 'm/s'],
      ['0', '12.5', '3.1'],
      ['1', '12.7', '3.4'],
      ['2', '12.9', '2.9'],
    ],
  },
  {
    trouble: 'notes before a table without a header',
    content: lines('Station,Potsdam', 'Operator,DWD', '', ...repeat(8, (i) => `${i},${i}.5,${i * 7}`)),
    columns: [
      ['column_1', 'integer'],
      ['column_2', 'number'],
      ['column_3', 'integer'],
    ],
    rows: repeat(8, (i) => [`${i}`, `${i}.5`, `${i * 7}`]),
    dialect: { preamble_lines: 3, has_header: false },
  },
  {
    trouble: 'a header whose names fill several lines',
    content: lines('id,"unit', 'price', '(net)"', '1,2.5', '2,3.5,x', '3,4.5'),
    columns: [
      ['id', 'integer'],
      ['unit_price_net', 'number', 'unit\nprice\n(net)'],
    ],
    rows: [
      ['1', '2.5'],
      ['3', '4.5'],
    ],
    rejects: [['too_many_cells', 2, 5, 28, '2,3.5,x']],
  },
  {
    trouble: 'one column, words, of which the first is declared to be none of the names',
    content: lines('Anna', 'Li', '', 'Mia\x1f', '""'),
    options: { header: 'false', delimiter: ';' },
    columns: [['column_1', 'text']],
    rows: [['Anna'], ['Li'], ['Mia\x1f'], [null]],
    dialect: { delimiter: ';', has_header: false },
    warnings: ['delimiter_absent'],
  },
  {
    trouble: 'a single character',
    content: 'x',
    options: { header: 'false', delimiter: ',' },
    columns: [['column_1', 'text']],
    rows: [['x']],
    dialect: { has_header: false },
    warnings: ['delimiter_absent'],
  },
  {
    trouble: 'nothing but one delimiter',
    content: ',',
    options: { header: 'false', delimiter: ',' },
    columns: [
      ['column_1', 'text'],
      ['column_2', 'text'],
    ],
    rows: [[null, null]],
    dialect: { has_header: false },
  },
  {
    trouble: 'a lone carriage return in a line that is skipped, of a file whose lines end in LF',
    content: lines('Report\rMay', 'id,name', '1,Anna', '2,Li,x', '3,Mia'),
    options: { skip: 1 },
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 4, 26, '2,Li,x']],
    dialect: { preamble_lines: 1 },
  },
  {
    trouble: 'a skipped line that ends in LF above a table whose lines end in CR',
    content: 'Report\nid,name\r1,Anna\r2,Li,x\r3,Mia\r',
    options: { skip: 1 },
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 4, 22, '2,Li,x']],
    dialect: { newline: 'mixed', preamble_lines: 1 },
  },
  {
    trouble: 'lines of a CR file, skipped as declared',
    content: 'Report, x\rMay\rid,name\r1,Anna\r2,Li,x\r3,Mia\r',
    options: { skip: 2 },
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['too_many_cells', 2, 5, 29, '2,Li,x']],
    dialect: { newline: 'cr', preamble_lines: 2 },
  },
  {
    trouble: 'a sep= line that ends in LF above a table whose lines end in CR',
    content: 'sep=;\nid;name\r1;a,b\r2;x;y\r3;c\r',
    columns: ID_NAME,
    rows: [
      ['1', 'a,b'],
      ['3', 'c'],
    ],
    rejects: [['too_many_cells', 2, 4, 20, '2;x;y']],
    dialect: { delimiter: ';', newline: 'mixed', preamble_lines: 1 },
  },
];

const HEADERS: readonly AwkwardFile[] = [
  headed(
    'names in camel case',
    'userID,HTTPServer,firstName,XMLHttpRequest,ÜberGröße',
    ['user_id', 'userID'],
    ['http_server', 'HTTPServer'],
    ['first_name', 'firstName'],
    ['xml_http_request', 'XMLHttpRequest'],
    ['über_größe', 'ÜberGröße'],
  ),
  headed(
    'years for names, one of them taken as a word',
    'Country,2020,2021,col_2020',
    ['country', 'Country'],
    ['col_2020', '2020'],
    ['col_2021', '2021'],
    ['col_2020_2', 'col_2020'],
  ),
  headed(
    'empty names, one of which somebody else has',
    ',id,,column_3,',
    ['column_1', ''],
    ['id'],
    ['column_3', ''],
    ['column_3_2', 'column_3'],
    ['column_5', ''],
  ),
  headed(
    'names of nothing but signs',
    '%,id,#,€,😀,---',
    ['column_1', '%'],
    ['id'],
    ['column_3', '#'],
    ['column_4', '€'],
    ['column_5', '😀'],
    ['column_6', '---'],
  ),
  headed(
    'a name twice, and the name that the second would get',
    'name,name,name_2',
    ['name'],
    ['name_3', 'name'],
    ['name_2'],
  ),
  headed(
    'one name in three spellings',
    'Unit Price,unit-price,unitPrice',
    ['unit_price', 'Unit Price'],
    ['unit_price_2', 'unit-price'],
    ['unit_price_3', 'unitPrice'],
  ),
  headed(
    'names that every JavaScript object has',
    '__proto__,constructor,toString,hasOwnProperty,__proto__',
    ['proto', '__proto__'],
    ['constructor'],
    ['to_string', 'toString'],
    ['has_own_property', 'hasOwnProperty'],
    ['proto_2', '__proto__'],
  ),
  headed(
    'names in other scripts',
    '价格,Цена,السعر,मूल्य,ราคา',
    ['价格'],
    ['цена', 'Цена'],
    ['السعر'],
    ['मूल्य'],
    ['ราคา'],
  ),
  headed('a name in decomposed letters', 'Cafe\u0301,id', ['caf\u00e9', 'Cafe\u0301'], ['id']),
  headed(
    'spaces around names and inside',
    ' id ,First  Name,\u00a0',
    ['id', ' id '],
    ['first_name', 'First  Name'],
    ['column_3', '\u00a0'],
  ),
  headed(
    'quotes, delimiters and line breaks in names',
    '"Unit\nPrice","a,b","c""d\\e"',
    ['unit_price', 'Unit\nPrice'],
    ['a_b', 'a,b'],
    ['c_d_e', 'c"d\\e'],
  ),
  headed(
    'names that want to be SQL',
    '"\'); DROP TABLE csv_rows; --",$1',
    ['drop_table_csv_rows', "'); DROP TABLE csv_rows; --"],
    ['col_1', '$1'],
  ),
  {
    trouble: 'bytes in names that no database takes: NUL, and what is no UTF-8',
    content: Buffer.concat([
      latin1('i\0d,stra\xdfe,'),
      Buffer.from(lines('größe and some more text', '1,2.5,ä', '2,3.5,ö')),
    ]),
    columns: [
      ['id', 'integer'],
      ['stra_e', 'number', 'stra\ufffde'],
      ['größe_and_some_more_text', 'text', 'größe and some more text'],
    ],
    rows: [
      ['1', '2.5', 'ä'],
      ['2', '3.5', 'ö'],
    ],
  },
];

const WIDTHS: readonly AwkwardFile[] = [
  {
    trouble: 'rows without a value',
    content: lines('id,name,n', '1,Anna,5', ',,', '"","",""', '2,Li,6'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'Anna', '5'],
      [null, null, null],
      [null, null, null],
      ['2', 'Li', '6'],
    ],
  },
  {
    trouble: 'short records, which are counted',
    content: lines('id,name,n', '1,Anna,5', '2,Li', '3', '4,Mia,6', '5,Ola,7'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['n', 'integer'],
    ],
    rows: [
      ['1', 'Anna', '5'],
      ['2', 'Li', null],
      ['3', null, null],
      ['4', 'Mia', '6'],
      ['5', 'Ola', '7'],
    ],
    warnings: ['short_records 2'],
  },
  {
    trouble: 'long records whose surplus is empty, beside those whose surplus is not',
    content: lines('id,name', '1,Anna', '2,Li,', '3,Mia,,"",', '4,Ola, ', '5,Ivan,,x', '6,Pat'),
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['2', 'Li'],
      ['3', 'Mia'],
      ['6', 'Pat'],
    ],
    rejects: [
      ['too_many_cells', 4, 5, 32, '4,Ola, '],
      ['too_many_cells', 5, 6, 40, '5,Ivan,,x'],
    ],
  },
  {
    trouble: 'a delimiter at the end of every row that the header has not',
    content: lines('id,name,age', '1,Anna,30,', '2,Li,41,', '3,Mia,25,'),
    columns: [
      ['id', 'integer'],
      ['name', 'text'],
      ['age', 'integer'],
    ],
    rows: [
      ['1', 'Anna', '30'],
      ['2', 'Li', '41'],
      ['3', 'Mia', '25'],
    ],
  },
  {
    trouble: 'footnotes',
    content: lines(
      'region,births,deaths',
      ...repeat(8, (i) => `District ${i},${1000 + i},${900 + i}`),
      '',
      'Source: registry, 2024',
      '* provisional',
    ),
    columns: [
      ['region', 'text'],
      ['births', 'text'],
      ['deaths', 'integer'],
    ],
    rows: [
      ...repeat(8, (i) => [`District ${i}`, `${1000 + i}`, `${900 + i}`]),
      ['Source: registry', ' 2024', null],
      ['* provisional', null, null],
    ],
    warnings: ['short_records 2'],
  },
  {
    trouble: 'no record that fits',
    content: lines('id,name', '1,Anna,x', '2,Li,y'),
    options: { header: 'true', skip: 0 },
    columns: [
      ['id', 'text'],
      ['name', 'text'],
    ],
    rows: [],
    rejects: [
      ['too_many_cells', 1, 2, 8, '1,Anna,x'],
      ['too_many_cells', 2, 3, 17, '2,Li,y'],
    ],
    warnings: ['header_width'],
  },
  {
    trouble: '2,000 columns',
    content: lines(
      repeat(2000, (i) => `c${i}`).join(','),
      repeat(2000, (i) => `${i}`).join(','),
      repeat(2001, (i) => `${i}`).join(','),
      `x${','.repeat(1999)}`,
    ),
    columns: repeat(2000, (i) => [`c${i}`, i === 0 ? 'text' : 'integer'] as const),
    rows: [repeat(2000, (i) => `${i}`), repeat(2000, (i) => (i === 0 ? 'x' : null))],
    rejects: [['too_many_cells', 2, 3, 10_890 + 8_890, repeat(2001, (i) => `${i}`).join(',')]],
  },
  {
    trouble: 'a cell of more than 512 KiB beside one of just as much',
    content: lines('id,name', `1,${'x'.repeat(512 * KiB)}`, `2,${'y'.repeat(512 * KiB + 1)}`, '3,Mia'),
    columns: ID_NAME,
    rows: [
      ['1', 'x'.repeat(512 * KiB)],
      ['3', 'Mia'],
    ],
    rejects: [['field_too_long', 2, 3, 8 + 2 + 512 * KiB + 1, `2,${'y'.repeat(KEPT - 2)}`]],
  },
  {
    trouble: 'a line of more than a MiB',
    content: lines('id,name', '1,Anna', `2,${'x'.repeat(KiB * KiB)}`, '3,Mia'),
    columns: ID_NAME,
    rows: [
      ['1', 'Anna'],
      ['3', 'Mia'],
    ],
    rejects: [['record_too_long', 2, 3, 15, `2,${'x'.repeat(KEPT - 2)}`]],
  },
  {
    trouble: 'a record of a MiB beside one that has a byte more, line break not counted',
    content: crlf(
      'a,b,c',
      ['1', 'x'.repeat(512 * KiB), 'y'.repeat(512 * KiB - 3)].join(','),
      ['2', 'x'.repeat(512 * KiB), 'y'.repeat(512 * KiB - 2)].join(','),
      '3,p,q',
    ),
    columns: [
      ['a', 'integer'],
      ['b', 'text'],
      ['c', 'text'],
    ],
    rows: [
      ['1', 'x'.repeat(512 * KiB), 'y'.repeat(512 * KiB - 3)],
      ['3', 'p', 'q'],
    ],
    rejects: [['record_too_long', 2, 3, 7 + KiB * KiB + 2, `2,${'x'.repeat(KEPT - 2)}`]],
    dialect: { newline: 'crlf' },
  },
  {
    trouble: 'a quoted cell that is closed only after more than a MiB',
    content: lines('id,name', '1,"A, S"', `2,"${'x'.repeat(KiB * KiB)}`, 'y"', '3,"L, W"'),
    columns: [
      ['id', 'text'],
      ['name', 'text'],
    ],
    rows: [
      ['1', 'A, S'],
      ['y"', null],
      ['3', 'L, W'],
    ],
    rejects: [['unclosed_quote', 2, 3, 17, `2,"${'x'.repeat(KEPT - 3)}`]],
    warnings: ['short_records 1'],
  },
];

const TYPES: readonly AwkwardFile[] = [
  typed('leading zeros', 'text', '01067', '00100', '20095'),
  typed('zeros and minus signs of all kinds', 'integer', '0', '-0', '-1', '10', ''),
  typed(
    'the largest integer that JSON can carry',
    'integer',
    '9007199254740991',
    '-9007199254740991',
    '1234567890123456',
  ),
  typed('an integer that is one larger', 'text', '1', '9007199254740992'),
  typed('integers as long as a credit card number', 'text', '4111111111111111111', '5500000000000000004'),
  typed('fractions of 15 digits', 'number', '0.123456789012345', '123456789012.345', '-1.50', '7'),
  typed('a fraction of 16 digits', 'text', '0.5', '1.234567890123456'),
  typed('exponents', 'number', '1e5', '1.5E-3', '-2e+10', '3'),
  typed('half written numbers', 'text', '1.', '2.5'),
  typed('numbers without a digit before the point', 'text', '.5', '1.5'),
  typed('phone numbers with a plus', 'text', '+4730123456', '+4798765432'),
  typed('thousands marks: spaces', 'text', '1 234', '12 345'),
  typed('thousands marks: apostrophes', 'text', "1'234", "12'345"),
  typed('NA in a column of numbers', 'text', '1.5', 'NA', '2.5'),
  typed('nan and inf in a column of numbers', 'text', '1.5', 'nan', 'inf', '-inf', 'Infinity'),
  typed('one n/a in a column of numbers', 'text', ...repeat(40, (i) => (i === 30 ? 'n/a' : `${i}`))),
  typed('hexadecimal numbers', 'text', '0x1F', '0x20'),
  typed('digits of other scripts', 'text', '١٢٣', '４５６'),
  typed('booleans in any case', 'boolean', 'true', 'FALSE', 'True', 'fALSE', ''),
  typed('booleans beside ones and zeros', 'text', 'true', '0', '1'),
  typed('yes and no', 'text', 'yes', 'no', 'yes'),
  typed('dates, one of them a leap day', 'date', '2024-02-29', '1900-01-01', '9999-12-31', ''),
  typed('a leap day in a year without one', 'text', '2024-02-29', '2023-02-29'),
  typed('a leap day in 1900', 'text', '2000-02-29', '1900-02-29'),
  typed('a thirteenth month', 'text', '2024-12-01', '2024-13-01'),
  typed('dates in the American way', 'text', '12/31/2024', '01/02/2024'),
  typed('dates without leading zeros', 'text', '2024-1-5', '2024-01-06'),
  typed('a date among points in time', 'text', '2024-01-05', '2024-01-05T10:00:00Z'),
  typed(
    'points in time with and without zone, with T and with a space',
    'datetime',
    '2024-01-05T10:00:00Z',
    '2024-01-05T10:00:00+05:30',
    '2024-01-05T10:00:00.123456-08:00',
    '2024-01-05T10:00:00',
    '2024-01-05 10:00:00',
    '2024-01-05 10:00:00.5Z',
    '',
  ),
  typed('a point in time without seconds', 'text', '2024-01-05T10:00:00Z', '2024-01-05T10:00Z'),
  typed('a zone without a colon', 'text', '2024-01-05T10:00:00+05:30', '2024-01-05T10:00:00+0530'),
  typed('an hour that no day has', 'text', '2024-01-05T23:00:00Z', '2024-01-05T24:00:00Z'),
  typed('spaces around numbers', 'text', ' 1', '2 ', '3'),
  typed('a column without a value', 'text', '', '', ''),
  {
    trouble: 'thousands marks in quotes',
    content: lines('id,value', '1,"1,234"', '2,"12,345"', '3,"1,234,567"'),
    columns: [
      ['id', 'integer'],
      ['value', 'text'],
    ],
    rows: [
      ['1', '1,234'],
      ['2', '12,345'],
      ['3', '1,234,567'],
    ],
  },
  {
    trouble: 'a declared decimal comma in quotes, beside a column of points',
    content: lines('id,a,b', '1,"1,5",1.5', '2,"-2,25",2.5', '3,3,3'),
    options: { decimal: ',' },
    columns: [
      ['id', 'integer'],
      ['a', 'number'],
      ['b', 'text'],
    ],
    rows: [
      ['1', '1,5', '1.5'],
      ['2', '-2,25', '2.5'],
      ['3', '3', '3'],
    ],
    dialect: { decimal: ',' },
  },
  {
    trouble: 'decimal commas behind thousands points',
    content: lines('id;a;b', '1;1.234,56;0,5', '2;999,00;1,25', '3;12.000,10;2'),
    columns: [
      ['id', 'integer'],
      ['a', 'text'],
      ['b', 'number'],
    ],
    rows: [
      ['1', '1.234,56', '0,5'],
      ['2', '999,00', '1,25'],
      ['3', '12.000,10', '2'],
    ],
    dialect: { delimiter: ';', decimal: ',' },
  },
  {
    trouble: 'numbers in quotes',
    content: lines('"id","value"', '"1","2.5"', '"2","3.5"'),
    columns: [
      ['id', 'integer'],
      ['value', 'number'],
    ],
    rows: [
      ['1', '2.5'],
      ['2', '3.5'],
    ],
  },
];

const CELLS: readonly AwkwardFile[] = [
  {
    trouble: 'the separators that rows travel with, in cells',
    content: lines('id,name', '1,a\x1fb', '2,\x1e', '3,\x1f', '4,"\x1e\x1f"', '5,', '6,"say ""hi"" \\u0041"'),
    columns: ID_NAME,
    rows: [
      ['1', 'a\x1fb'],
      ['2', '\x1e'],
      ['3', '\x1f'],
      ['4', '\x1e\x1f'],
      ['5', null],
      ['6', 'say "hi" \\u0041'],
    ],
  },
  {
    trouble: 'emoji of several code points',
    content: lines('id,name', '1,👩‍👩‍👧‍👦', '2,🇳🇴', '3,❤️', '4,👍🏽'),
    columns: ID_NAME,
    rows: [
      ['1', '👩‍👩‍👧‍👦'],
      ['2', '🇳🇴'],
      ['3', '❤️'],
      ['4', '👍🏽'],
    ],
  },
  {
    trouble: 'composed and decomposed letters, each kept as it is',
    content: lines('id,name', '1,caf\u00e9', '2,cafe\u0301', '3,Z\u0351a\u0321lgo\u0315', '4,\u202eabc'),
    columns: ID_NAME,
    rows: [
      ['1', 'caf\u00e9'],
      ['2', 'cafe\u0301'],
      ['3', 'Z\u0351a\u0321lgo\u0315'],
      ['4', '\u202eabc'],
    ],
  },
  {
    trouble: 'JSON in cells',
    content: lines('id,doc', '1,"{""a"": [1, ""x\\n""], ""b"": null}"', '2,[]', '3,"""\\u0000"""', '4,null'),
    columns: [
      ['id', 'integer'],
      ['doc', 'text'],
    ],
    rows: [
      ['1', '{"a": [1, "x\\n"], "b": null}'],
      ['2', '[]'],
      ['3', '"\\u0000"'],
      ['4', 'null'],
    ],
  },
  {
    trouble: 'JSON in cells without quotes, between tabs',
    content: lines('id\tdoc', '1\t{"a": 1, "b": "c, d"}', '2\t{"a": 2, "b": "e, f"}', '3\t["x"]'),
    columns: [
      ['id', 'integer'],
      ['doc', 'text'],
    ],
    rows: [
      ['1', '{"a": 1, "b": "c, d"}'],
      ['2', '{"a": 2, "b": "e, f"}'],
      ['3', '["x"]'],
    ],
    dialect: { delimiter: '\t' },
  },
  {
    trouble: 'words that mean nothing to other programs, SQL, formulas and paths',
    content: lines(
      'id,name',
      '1,NULL',
      '2,\\N',
      "3,'; DROP TABLE csv_rows; --",
      '4,=1+1',
      '5,C:\\new\\table',
      '6,$1 %s {0}',
      '7,undefined',
    ),
    columns: ID_NAME,
    rows: [
      ['1', 'NULL'],
      ['2', '\\N'],
      ['3', "'; DROP TABLE csv_rows; --"],
      ['4', '=1+1'],
      ['5', 'C:\\new\\table'],
      ['6', '$1 %s {0}'],
      ['7', 'undefined'],
    ],
  },
  {
    trouble: 'spaces around cells, and cells of nothing else',
    content: lines('id,name,city', '1, Anna ,  Bonn', '2,"  ",Rome', '3,\u00a0,Ulm', '4, ,Jena'),
    columns: [...ID_NAME, ['city', 'text']],
    rows: [
      ['1', ' Anna ', '  Bonn'],
      ['2', '  ', 'Rome'],
      ['3', '\u00a0', 'Ulm'],
      ['4', ' ', 'Jena'],
    ],
  },
  {
    trouble: 'control characters in cells',
    content: lines(
      'id,name',
      '1,a\x01b and more text',
      '2,c\x08d and more text',
      '3,e\x1bf and more text',
      '4,g\x7fh and more text',
    ),
    columns: ID_NAME,
    rows: [
      ['1', 'a\x01b and more text'],
      ['2', 'c\x08d and more text'],
      ['3', 'e\x1bf and more text'],
      ['4', 'g\x7fh and more text'],
    ],
  },
];

/** Every so many'th of `records` has a cell too many. */
const withLongRecords = (records: number, every: number) => {
  const isLong = (i: number) => i % every === 0;
  const line = (i: number) => (isLong(i) ? `${i + 10_000},a,b` : `${i + 10_000},a`);
  const before = (i: number) => 8 + i * 8 + Math.ceil(i / every) * 2;
  const all = repeat(records, (i) => i);
  return {
    content: lines('id,name', ...all.map(line)),
    rows: all.filter((i) => !isLong(i)).map((i) => [`${i + 10_000}`, 'a']),
    rejects: all.filter(isLong).map((i): ExpectedReject => ['too_many_cells', i + 1, i + 2, before(i), line(i)]),
  };
};

const SOME_REJECTS = lines('id,name', '1,a', '2,b,x', '3,c,x', '4,d');

const TOLERATED: readonly AwkwardFile[] = [
  {
    trouble: 'as many rejects as were allowed',
    content: SOME_REJECTS,
    options: { max_rejects: 2, header: 'true' },
    columns: ID_NAME,
    rows: [
      ['1', 'a'],
      ['4', 'd'],
    ],
    rejects: [
      ['too_many_cells', 2, 3, 12, '2,b,x'],
      ['too_many_cells', 3, 4, 18, '3,c,x'],
    ],
  },
  {
    trouble: 'more than a thousand rejects, which are a tenth and no more',
    ...withLongRecords(10_010, 10),
    columns: ID_NAME,
  },
  {
    trouble: 'more than a tenth of rejects, which are a thousand and no more',
    ...withLongRecords(5_000, 5),
    columns: ID_NAME,
  },
];

export const AWKWARD_FILES: readonly AwkwardFile[] = [
  ...DELIMITERS,
  ...QUOTES,
  ...LINES,
  ...ENCODINGS,
  ...BEGINNINGS,
  ...HEADERS,
  ...WIDTHS,
  ...TYPES,
  ...CELLS,
  ...TOLERATED,
];

export const HOPELESS_FILES: readonly UnreadableFile[] = [
  { trouble: 'nothing but blank lines', content: '\n\r\n\n', code: 'csv_empty' },
  { trouble: 'nothing but a byte order mark', content: '\ufeff', code: 'csv_empty' },
  { trouble: 'nothing but the line that declares the delimiter', content: 'sep=;\r\n', code: 'csv_no_columns' },
  {
    trouble: 'fewer lines than are to be skipped',
    content: lines('a title', 'a source'),
    options: { skip: 3 },
    code: 'csv_no_columns',
  },
  { trouble: '2,001 columns', content: lines(repeat(2001, (i) => `c${i}`).join(','), '1,2'), code: 'too_many_columns' },
  {
    trouble: '2,001 columns without a header',
    content: lines(...repeat(3, () => repeat(2001, (i) => `${i}`).join(','))),
    code: 'too_many_columns',
  },
  {
    trouble: 'a header that opens a quote and never closes it',
    content: lines('"id,name', '1,Anna', '2,Li'),
    options: { header: 'true', quote: '"', skip: 0 },
    code: 'header_unreadable',
  },
  {
    trouble: 'a name longer than a key may be',
    content: lines(`id,${'x'.repeat(1025)}`, '1,2'),
    options: { header: 'true' },
    code: 'header_too_long',
  },
  {
    trouble: 'one reject more than was allowed',
    content: SOME_REJECTS,
    options: { max_rejects: 1, header: 'true' },
    code: 'too_many_rejects',
    rejects: [
      ['too_many_cells', 2, 3, 12, '2,b,x'],
      ['too_many_cells', 3, 4, 18, '3,c,x'],
    ],
  },
  {
    trouble: 'a reject where none was allowed',
    content: SOME_REJECTS,
    options: { max_rejects: 0, header: 'true' },
    code: 'too_many_rejects',
    rejects: [['too_many_cells', 2, 3, 12, '2,b,x']],
  },
  {
    trouble: 'more than a thousand rejects and more than a tenth',
    content: withLongRecords(5_005, 5).content,
    code: 'too_many_rejects',
    rejects: withLongRecords(5_005, 5).rejects,
  },
];
