/** What a head of a file must be found to be; what is left out must be as in `USUAL`. */
export interface ExpectedDialect {
  delimiter: string;
  quote: string;
  escape: string;
  newline: 'lf' | 'crlf' | 'cr' | 'mixed';
  has_header: boolean;
  preamble_lines: number;
  decimal: '.' | ',';
}

export interface AwkwardHead {
  trouble: string;
  text: string;
  expected: Partial<ExpectedDialect>;
  /** Cells of the header, where the test is about them. */
  header?: string[];
}

export const USUAL: ExpectedDialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf',
  has_header: true,
  preamble_lines: 0,
  decimal: '.',
};

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
const crlf = (...all: string[]): string => `${all.join('\r\n')}\r\n`;
const repeat = (count: number, line: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => line(i));

const CITIES = ['Berlin', 'Hamburg', 'München', 'Köln', 'Frankfurt', 'Stuttgart', 'Düsseldorf', 'Leipzig'];
const PEOPLE = [
  'Anna Schmidt',
  "Pat O'Neil",
  'José Álvarez',
  'Li Wei',
  'Zoë Kravitz',
  'Ola Nordmann',
  'Mia Rossi',
  'Ivan Petrov',
];
const city = (i: number): string => CITIES[i % CITIES.length]!;
const person = (i: number): string => PEOPLE[(i * 3) % PEOPLE.length]!;
const day = (i: number): string => String((i % 28) + 1).padStart(2, '0');

/** Heads of files as people really have them, each named for what makes it hard. */
export const AWKWARD_HEADS: readonly AwkwardHead[] = [
  // Delimiters
  {
    trouble: 'a plain comma file',
    text: lines('id,name,price', '1,Tea,2.50', '2,Coffee,3.10', '3,Water,1.00'),
    expected: {},
  },
  {
    trouble: 'an Excel export of a German locale: semicolons and decimal commas',
    text: crlf(
      'Artikel;Menge;Preis;Datum',
      'Brot;2;1,50;01.02.2024',
      'Milch;1;0,99;02.02.2024',
      'Käse;3;12,75;03.02.2024',
      'Eier;10;2,29;04.02.2024',
    ),
    expected: { delimiter: ';', newline: 'crlf', decimal: ',' },
  },
  {
    trouble: 'two columns of decimal commas, where the comma is as regular as the semicolon',
    text: lines('x;y', '1,5;2,5', '3,25;4,75', '5,5;6,125', '7,0;8,5'),
    expected: { delimiter: ';', decimal: ',' },
  },
  {
    trouble: 'decimal commas in quotes in a comma file',
    text: lines('produit,prix,stock', '"Pain","1,50",12', '"Lait","0,99",30', '"Beurre","2,35",7'),
    expected: { decimal: ',' },
  },
  {
    trouble: 'a French export: thousands set off by spaces, decimal commas, euro signs',
    text: crlf(
      'Date;Libellé;Débit euros;Crédit euros',
      '02/01/2024;CARTE 01/01 CARREFOUR;-45,90 €;',
      '03/01/2024;VIREMENT SALAIRE;;2 345,67 €',
      '05/01/2024;PRLV EDF, REF 123;-1 089,00 €;',
      '08/01/2024;RETRAIT DAB PARIS;-60,00 €;',
    ),
    expected: { delimiter: ';', newline: 'crlf', decimal: ',' },
  },
  {
    trouble: 'thousands marks that must not become decimals',
    text: lines('city,population,area', '"Lyon","513,275",47.87', '"Nice","342,669",71.92', '"Lille","233,098",34.51'),
    expected: { decimal: '.' },
  },
  {
    trouble: 'a tab file whose text is full of commas',
    text: lines(
      'id\ttitle\tplace',
      ...repeat(12, (i) => `${i}\tWell, this is, as ever, ${'so, '.repeat(i % 4)}fine\tParis, France`),
    ),
    expected: { delimiter: '\t' },
  },
  {
    trouble: 'a tab file of "Last, First" names: one comma in every row',
    text: lines('name\tcity', 'Smith, John\tLondon', 'Doe, Jane\tParis', 'Roe, Richard\tRome', 'Poe, Edgar\tBoston'),
    expected: { delimiter: '\t' },
  },
  {
    trouble: 'pipes with spaces around them',
    text: lines(
      'id | name | joined',
      '1 | Anna Schmidt | 2024-01-05',
      '2 | Li Wei | 2024-02-11',
      '3 | Mia Rossi | 2024-03-09',
    ),
    expected: { delimiter: '|' },
  },
  {
    trouble: 'pipes, with commas and semicolons in free text',
    text: lines(
      'ticket|status|comment',
      ...repeat(10, (i) => `T-${i}|open|Called; no answer, will retry${i % 3 ? '; also mailed' : ''}`),
    ),
    expected: { delimiter: '|' },
  },
  {
    trouble: 'a comma file with one semicolon in every row',
    text: lines('id,tags,score', '1,red;blue,0.5', '2,green;black,0.7', '3,white;pink,0.1', '4,grey;gold,0.9'),
    expected: {},
  },
  {
    trouble: 'a semicolon file with lists of commas in a column',
    text: lines(
      'id;genres;year',
      '1;drama,crime;1994',
      '2;crime,drama;1972',
      '3;action,crime;2008',
      '4;drama,war;1993',
    ),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'a caret for a delimiter, because commas and pipes are in the data',
    text: lines('ACCT^NAME^ADDR', ...repeat(8, (i) => `${1000 + i}^Smith, John | Jr.^${i} Main St, Apt ${i}`)),
    expected: { delimiter: '^' },
  },
  {
    trouble: 'a tilde for a delimiter, as the USDA writes its tables without quotes',
    text: lines(...repeat(8, (i) => `0100${i}~0100~Butter, salted, ${i}~BUTTER,WITH SALT~6.38`)),
    expected: { delimiter: '~', has_header: false },
  },
  {
    trouble: 'the unit separator of ASCII',
    text: lines('id\x1fname\x1fnote', '1\x1fAnna\x1fa, b; c', '2\x1fLi\x1fd | e', '3\x1fMia\x1ff'),
    expected: { delimiter: '\x1f' },
  },
  {
    trouble: 'control-A, as Hive writes its tables',
    text: lines(...repeat(6, (i) => `${i}\x01user_${i}\x012024-01-${day(i)}\x01${i * 1.5}`)),
    expected: { delimiter: '\x01', has_header: false },
  },
  {
    trouble: '/etc/passwd: colons, and commas in some comments',
    text: lines(
      'root:x:0:0:root:/root:/bin/bash',
      'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
      'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
      'gnats:x:41:41:Gnats Bug-Reporting System, (admin):/var/lib/gnats:/usr/sbin/nologin',
      'john:x:1000:1000:John Smith,,,:/home/john:/bin/bash',
    ),
    expected: { delimiter: ':', has_header: false },
  },
  {
    trouble: 'a web server log in common format: spaces, quotes and brackets',
    text: lines(
      ...repeat(
        10,
        (i) => `127.0.0.${i} - - [10/Oct/2023:13:55:${day(i)} -0700] "GET /page/${i} HTTP/1.0" 200 ${2000 + i * 7}`,
      ),
    ),
    expected: { delimiter: ' ', has_header: false },
  },
  {
    trouble: 'dates with colons in a comma file',
    text: lines(...repeat(10, (i) => `2024-03-${day(i)} 12:${day(i)}:00,${i}.5,OK`)),
    expected: { has_header: false },
  },
  {
    trouble: 'times with colons in a tab file without a header',
    text: lines(...repeat(10, (i) => `12:${day(i)}:00\t13:${day(i)}:30\t${i}`)),
    expected: { delimiter: '\t', has_header: false },
  },
  {
    trouble: 'IP addresses and ports, semicolons, no header',
    text: lines(...repeat(8, (i) => `192.168.0.${i};10.0.0.${i};80${i};TCP`)),
    expected: { delimiter: ';', has_header: false },
  },
  {
    trouble: 'URLs with every delimiter in their queries',
    text: lines('url,hits', ...repeat(8, (i) => `https://example.com/p;v=${i}?a=${i}|b:c&d=e~f,${i * 10}`)),
    expected: {},
  },
  {
    trouble: 'more columns than letters: a wide numeric file',
    text: lines(
      repeat(60, (i) => `sensor_${i}`).join(';'),
      ...repeat(5, (r) => repeat(60, (i) => `${i},${r}`).join(';')),
    ),
    expected: { delimiter: ';', decimal: ',' },
  },
  // One column
  {
    trouble: 'one column of timestamps without a header, which a space would cut in two',
    text: lines(...repeat(10, (i) => `2024-01-${day(i)} 10:${day(i)}:00`)),
    expected: { has_header: false },
  },
  {
    trouble: 'one column of first and last names without a header',
    text: lines('Anna Schmidt', 'Li Wei', 'Mia Rossi', 'Ivan Petrov', 'Ola Nordmann'),
    expected: {},
  },
  { trouble: 'one column of names', text: lines('name', 'Anna', 'Li', 'Mia', 'Ivan', 'Ola'), expected: {} },
  {
    trouble: 'one column of timestamps, with regular spaces and colons',
    text: lines('seen_at', ...repeat(10, (i) => `2024-01-${day(i)} 10:00:00`)),
    expected: {},
  },
  {
    trouble: 'one column of decimal commas under a header',
    text: lines('Wert', '1,5', '2,75', '3,25', '10,5', '7,125'),
    expected: { delimiter: ';', decimal: ',' },
  },
  {
    trouble: 'one column of sentences with commas here and there',
    text: lines(
      'review',
      'Good, but not great.',
      'Bad',
      'I liked it, really, I did, honestly',
      'Fine. Just fine',
      'Meh, could be better',
    ),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'one column of e-mail addresses, no header',
    text: lines('anna@example.com', 'li.wei@example.org', 'mia@rossi.it', 'ivan@petrov.ru'),
    expected: { has_header: false },
  },
  {
    trouble: 'one column of whole numbers, no header',
    text: lines('17', '4', '23', '42', '8'),
    expected: { has_header: false },
  },
  {
    trouble: 'one column of quoted text with commas inside',
    text: lines('"note"', '"a, b"', '"c"', '"d, e, f"'),
    expected: { delimiter: ';' },
  },
  // Quotes
  {
    trouble: 'line breaks, commas and doubled quotes inside quotes',
    text: lines(
      'id,comment,score',
      '1,"first line',
      'second, line",5',
      '2,"he said ""no"", twice",3',
      '3,"a',
      '',
      'b",4',
      '4,plain,1',
    ),
    expected: {},
  },
  {
    trouble: 'a MySQL dump: backslash before quotes, \\N for null',
    text: lines(
      '"1","Joe \\"the boss\\" Miller","say \\"hi\\", please",\\N',
      '"2","Ann","plain","2024-01-01"',
      '"3","Bob \\"Bobby\\", Jr.","x",\\N',
      '"4","Eve","y","2024-01-02"',
    ),
    expected: { escape: '\\', has_header: false },
  },
  {
    trouble: 'backslashes at the end of quoted Windows paths, which escape nothing',
    text: lines('"path","size"', '"C:\\temp\\","10"', '"D:\\data\\","20"', '"E:\\","30"'),
    expected: {},
  },
  {
    trouble: 'JSON in cells, quotes doubled',
    text: lines(
      'id,payload,ok',
      '1,"{""a"": 1, ""b"": [1, 2]}",true',
      '2,"{""a"": 2}",false',
      '3,"{""c"": {""d"": 5}}",true',
    ),
    expected: {},
  },
  {
    trouble: 'JSON in cells, backslashes before quotes',
    text: lines(
      'id,payload,ok',
      '1,"{\\"a\\": 1, \\"b\\": [1, 2]}",true',
      '2,"{\\"a\\": 2}",false',
      '3,"{\\"c\\": {\\"d\\": 5}}",true',
    ),
    expected: { escape: '\\' },
  },
  {
    trouble: 'JSON in cells of a tab file, not quoted at all',
    text: lines(
      'id\tpayload\tok',
      '1\t{"a": 1, "b": [1, 2]}\ttrue',
      '2\t{"a": 2}\tfalse',
      '3\t{"c": {"d": 5}, "e": 6}\ttrue',
    ),
    expected: { delimiter: '\t' },
  },
  {
    trouble: 'inches and other quotes inside unquoted cells',
    text: lines(
      'item,size,stock',
      'Pipe 5" steel,5",10',
      'Pipe 6" steel,6",12',
      'Nail,2",500',
      'Monitor 27" "Pro",27",3',
    ),
    expected: {},
  },
  {
    trouble: 'a tab file with titles that begin with a quoted word, where quotes mean nothing',
    text: lines(
      'title\tyear\tvotes',
      '"Heroes" returns\t2015\t120',
      'Lost\t2004\t900',
      '"Friends" and foes\t1994\t77',
      '"Help" wanted\t1999\t12',
      'The "Wire\t2002\t333',
    ),
    expected: { delimiter: '\t', quote: '', escape: '' },
  },
  {
    trouble: 'single quotes for quotes, with commas inside',
    text: lines('id,name,city', "1,'Smith, John','London'", "2,'Doe, Jane','Paris'", "3,'O''Neil, Pat','Cork'"),
    expected: { quote: "'", escape: "'" },
  },
  {
    trouble: 'single quotes around all text, none of which needs them',
    text: lines("1,'Smith','London'", "2,'Doe','Paris'", "3,'Roe','Cork'", "4,'Poe','Rome'"),
    expected: { quote: "'", escape: "'", has_header: false },
  },
  {
    trouble: 'single quotes here and there, backslashes before those inside',
    text: lines('123|TEST|text', "345|TEST|'text\\'2\\'text'", "'567'|TEST|text"),
    expected: { delimiter: '|', quote: "'", escape: '\\', has_header: false },
  },
  {
    trouble: 'apostrophes in names, and at the beginning of words',
    text: lines(
      'id,title,artist',
      "1,'Tis the season,Ella",
      "2,Don't stop,Queen",
      "3,'Round midnight,Monk",
      "4,'Til dawn,Ann O'Day",
    ),
    expected: {},
  },
  {
    trouble: "Excel's apostrophe before codes that shall stay text",
    text: lines('code,name', "'00123,Anna", "'00456,Li", "'07890,Mia", "'00001,Ivan"),
    expected: {},
  },
  {
    trouble: 'everything quoted, numbers too, semicolons',
    text: crlf(
      '"Buchungstag";"Betrag";"Verwendungszweck"',
      '"02.01.2024";"-45,90";"EDEKA; SAGT DANKE"',
      '"03.01.2024";"2345,67";"Gehalt ""Januar"""',
      '"05.01.2024";"-89,00";"Strom, Abschlag"',
    ),
    expected: { delimiter: ';', newline: 'crlf', decimal: ',' },
  },
  {
    trouble: 'empty cells, quoted and unquoted, in most of the table',
    text: lines('a,b,c,d,e', '1,,"",,5', ',,,,', '2,"",,x,', ',,3,,""'),
    expected: {},
  },
  {
    trouble: 'one stray opening quote in a long file',
    text: lines(
      'id,title,year',
      ...repeat(40, (i) => `${i},${i === 7 ? '"Unclosed title' : `Title ${i}`},${1980 + i}`),
    ),
    expected: {},
  },
  {
    trouble: 'a quoted header over unquoted rows',
    text: lines(
      '"Country","Capital","Continent"',
      'France,Paris,Europe',
      'Peru,Lima,South America',
      'Chad,Ndjamena,Africa',
    ),
    expected: {},
  },
  // Line ends
  {
    trouble: 'carriage returns alone, as old Macs wrote',
    text: 'id,name\r1,Anna\r2,Li\r3,Mia\r',
    expected: { newline: 'cr' },
  },
  {
    trouble: 'CRLF with line feeds inside quotes',
    text: crlf('id,address,city', '1,"Main St 1\nApt 2",Bonn', '2,"Side St\n3",Ulm', '3,x,Jena'),
    expected: { newline: 'crlf' },
  },
  {
    trouble: 'two files put together, LF and CRLF',
    text: `${lines('id,name,age', '1,Anna,30', '2,Li,41')}${crlf('3,Mia,25', '4,Ivan,37', '5,Ola,52')}`,
    expected: { newline: 'mixed' },
  },
  {
    trouble: 'CRCRLF, from a program that translated line ends twice',
    text: 'id,name\r\r\n1,Anna\r\r\n2,Li\r\r\n3,Mia\r\r\n',
    expected: { newline: 'mixed' },
  },
  {
    trouble: 'LF with stray carriage returns inside cells',
    text: lines('id,note,n', ...repeat(10, (i) => `${i},${i === 4 ? 'left\rright' : 'plain'},${i * 2}`)),
    expected: {},
  },
  {
    trouble: 'CRLF with a line feed left in a cell unquoted',
    text: crlf('id,note,n', ...repeat(10, (i) => `${i},${i === 4 ? 'left\nright' : 'plain'},${i * 2}`)),
    expected: { newline: 'crlf' },
  },
  { trouble: 'no line break after the last record', text: 'id,name\n1,Anna\n2,Li', expected: {} },
  // Preambles
  {
    trouble: "Excel's sep= line",
    text: crlf('sep=;', 'id;name,first;price', '1;a,b;2,5', '2;c,d;3,5'),
    expected: { delimiter: ';', newline: 'crlf', preamble_lines: 1, decimal: ',' },
  },
  {
    trouble: 'a sep= line that names an unusual delimiter',
    text: lines('sep=!', 'id!name', '1!Anna', '2!Li'),
    expected: { delimiter: '!', preamble_lines: 1 },
  },
  {
    trouble: 'a title, a date and a blank line before the header',
    text: lines(
      'Population by district',
      'Source: Statistical Office, as of 31.12.2023',
      '',
      'district;inhabitants;area',
      'Mitte;385748;39.47',
      'Pankow;410716;103.07',
      'Spandau;246000;91.91',
    ),
    expected: { delimiter: ';', preamble_lines: 3 },
  },
  {
    trouble: 'a preamble with more commas than the table has columns',
    text: lines(
      'Report for Smith, John, London, Unit 5, generated by X',
      'Filters: a, b, c',
      '',
      'id,amount',
      ...repeat(8, (i) => `${i},${i * 3}.5`),
    ),
    expected: { preamble_lines: 3 },
  },
  {
    trouble: 'titles padded with delimiters to the width of the table, as spreadsheets do',
    text: crlf(
      'Umsatzbericht 2024;;;;',
      'Stand: 01.03.2024;;;;',
      ';;;;',
      'Region;Q1;Q2;Q3;Q4',
      ...repeat(5, (i) => `${city(i)};${i},5;${i},7;${i},9;${i},1`),
    ),
    expected: { delimiter: ';', newline: 'crlf', preamble_lines: 3, decimal: ',' },
  },
  {
    trouble: 'key and value lines before the table, as instruments write',
    text: lines(
      'Station;Potsdam',
      'Latitude;52.38',
      'Operator;DWD',
      '',
      'date;temp;humidity;pressure',
      ...repeat(10, (i) => `2024-01-${day(i)};${i}.5;8${i};101${i}`),
    ),
    expected: { delimiter: ';', preamble_lines: 4 },
  },
  {
    trouble: 'comment lines with # before the header',
    text: lines(
      '# exported 2024-01-01, version 2',
      '# units: m, s, kg',
      'id,length,duration,mass',
      ...repeat(6, (i) => `${i},${i}.5,${i * 2},${i * 3}`),
    ),
    expected: { preamble_lines: 2 },
  },
  {
    trouble: 'a header that begins with #',
    text: lines('#chrom\tpos\tref\talt', 'chr1\t10177\tA\tAC', 'chr1\t10352\tT\tTA', 'chr2\t11008\tC\tG'),
    expected: { delimiter: '\t' },
  },
  {
    trouble: 'a W3C log: comments, of which the last names the fields in its own way',
    text: lines(
      '#Software: Microsoft Internet Information Services 10.0',
      '#Version: 1.0',
      '#Date: 2024-01-01 00:00:00',
      ...repeat(10, (i) => `2024-01-01 00:00:${day(i)} 10.0.0.${i} GET /index${i}.html - 80 200`),
    ),
    expected: { delimiter: ' ', preamble_lines: 3, has_header: false },
  },
  {
    trouble: 'blank lines before the header',
    text: lines('', '', 'id,name,age', '1,Anna,30', '2,Li,41', '3,Mia,25'),
    expected: { preamble_lines: 2 },
  },
  {
    trouble: 'a bank statement: account lines, blank line, table, closing balance',
    text: crlf(
      '"Kontonummer:";"DE12 3456 / Girokonto";',
      '"Von:";"01.01.2024";',
      '"Bis:";"31.01.2024";',
      '"Kontostand:";"1.234,56 EUR";',
      '',
      '"Buchungstag";"Wertstellung";"Buchungstext";"Betrag (EUR)";"Saldo";',
      ...repeat(8, (i) => `"${day(i)}.01.2024";"${day(i)}.01.2024";"Lastschrift";"-${i},50";"1.2${day(i)},06";`),
      '"Endsaldo";"1.200,00 EUR";',
    ),
    expected: { delimiter: ';', newline: 'crlf', preamble_lines: 5, decimal: ',' },
  },
  {
    trouble: 'a short first record in a file without a header, which is data and no title',
    text: lines('17,4', ...repeat(10, (i) => `${i},${i * 2},${i * 3}`)),
    expected: { has_header: false },
  },
  {
    trouble: 'notes of two cells above a blank line and a table without a header',
    text: lines('Station,Potsdam', 'Operator,DWD', '', ...repeat(8, (i) => `${i},${i}.5,${i * 7}`)),
    expected: { preamble_lines: 3, has_header: false },
  },
  {
    trouble: 'a quoted line break in the preamble',
    text: lines('"Notes:', 'first, second"', 'id,name,age', ...repeat(6, (i) => `${i},${person(i)},${20 + i}`)),
    expected: { preamble_lines: 2 },
  },
  // Headers
  {
    trouble: 'numbers only, no header',
    text: lines('5.1,3.5,1.4,0.2', '4.9,3.0,1.4,0.2', '4.7,3.2,1.3,0.2', '4.6,3.1,1.5,0.2'),
    expected: { has_header: false },
  },
  {
    trouble: 'iris without a header',
    text: lines(...repeat(12, (i) => `5.${i},3.${i},1.4,0.2,Iris-${['setosa', 'virginica', 'versicolor'][i % 3]}`)),
    expected: { has_header: false },
  },
  {
    trouble: 'years for column names',
    text: lines(
      'Country,2019,2020,2021,2022',
      'France,67.2,67.4,67.6,67.9',
      'Spain,46.9,47.3,47.4,47.6',
      'Italy,59.7,59.4,59.1,58.9',
      'Malta,0.5,0.5,0.5,0.5',
    ),
    expected: {},
  },
  {
    trouble: 'years for column names over whole numbers',
    text: lines(
      'region;2019;2020;2021',
      'North;1200;1310;1290',
      'South;2100;2087;2230',
      'East;980;1002;1044',
      'West;1750;1699;1803',
    ),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'days for column names, as in a well-known time series',
    text: lines(
      `Province/State,Country/Region,Lat,Long,${repeat(8, (i) => `1/${22 + i}/20`).join(',')}`,
      ...repeat(6, (i) => `,Country ${i},${30 + i}.5,6${i}.7,${repeat(8, (d) => String(d * i)).join(',')}`),
    ),
    expected: {},
  },
  {
    trouble: 'all text, a header of common words',
    text: lines(
      'first_name,last_name,city',
      'Anna,Schmidt,Berlin',
      'Li,Wei,Beijing',
      'Mia,Rossi,Roma',
      'Ivan,Petrov,Moskva',
      'Ola,Nordmann,Oslo',
    ),
    expected: {},
  },
  {
    trouble: 'all text, no header, few different values',
    text: lines(
      'yes,red,small',
      'no,blue,large',
      'yes,red,large',
      'no,green,small',
      'yes,blue,small',
      'no,red,large',
      'yes,green,large',
    ),
    expected: { has_header: false },
  },
  {
    trouble: 'all text of few values under a header nobody knows',
    text: lines(
      'fumo,classe,esito',
      ...repeat(20, (i) => `${i % 2 ? 'si' : 'no'},${'abc'[i % 3]},${['ok', 'ko'][i % 2]}`),
    ),
    expected: {},
  },
  {
    trouble: 'codes of one form under a header of words',
    text: lines('Kennung;Strecke;Ziel', ...repeat(10, (i) => `ICE ${500 + i};S${i}-K${i};${city(i)}`)),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'an unnamed index column, as pandas writes it',
    text: lines(',name,score', '0,Anna,1.5', '1,Li,2.5', '2,Mia,3.5'),
    expected: {},
    header: ['', 'name', 'score'],
  },
  {
    trouble: 'two columns of one name',
    text: lines('date,value,value', '2024-01-01,1,2', '2024-01-02,3,4', '2024-01-03,5,6'),
    expected: {},
  },
  { trouble: 'a header and nothing else', text: lines('id,first_name,last_name,email'), expected: {} },
  {
    trouble: 'one row of data and nothing else',
    text: lines('17,4.5,2024-01-01,192.168.0.1'),
    expected: { has_header: false },
  },
  {
    trouble: 'a second header row with units, which is no header but data',
    text: lines('time,temp,wind', 's,°C,m/s', '0,12.5,3.1', '1,12.7,3.4', '2,12.9,2.9'),
    expected: {},
    header: ['time', 'temp', 'wind'],
  },
  {
    trouble: 'rows that end in a delimiter which the header has not',
    text: lines('id,name,age', ...repeat(6, (i) => `${i},${person(i)},${20 + i},`)),
    expected: {},
    header: ['id', 'name', 'age'],
  },
  {
    trouble: 'rows of uneven length under the widest header',
    text: lines('id,a,b,c,d,e', '1,x', '2,x,y', '3,x,y,z', '4,x', '5,x,y,z,w', '6,x,y'),
    expected: {},
    header: ['id', 'a', 'b', 'c', 'd', 'e'],
  },
  {
    trouble: 'Cyrillic names over Cyrillic text',
    text: lines(
      'Фамилия;Имя;Город',
      'Иванов;Иван;Москва',
      'Петров;Пётр;Казань',
      'Сидорова;Анна;Омск',
      'Кузнецов;Олег;Уфа',
    ),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'Japanese names over Japanese text',
    text: lines(
      '氏名,住所,電話番号',
      '山田太郎,東京都千代田区1-1,03-1234-5678',
      '鈴木花子,大阪府大阪市2-2,06-1234-5678',
      '佐藤次郎,北海道札幌市3-3,011-123-4567',
    ),
    expected: {},
  },
  // Tables from particular places
  {
    trouble: 'footnotes after the table',
    text: lines(
      'region,births,deaths',
      ...repeat(8, (i) => `${city(i)},${1000 + i},${900 + i}`),
      '',
      'Source: registry, 2024',
      '* provisional',
    ),
    expected: {},
  },
  {
    trouble: 'a sensor dump without header: epoch, hex, floats in exponents',
    text: lines(...repeat(10, (i) => `17040672${day(i)};0x1F${i};1.2${i}e-03;OK`)),
    expected: { delimiter: ';', has_header: false },
  },
  {
    trouble: 'a Python log with a comma before the milliseconds',
    text: lines(
      ...repeat(10, (i) => `2024-01-01 10:00:${day(i)},12${i}\tINFO\tworker-${i % 3}\tjob ${i} done, took ${i} ms`),
    ),
    expected: { delimiter: '\t', has_header: false },
  },
  {
    trouble: 'coordinates with two commas of their own, quoted',
    text: lines('name,location', ...repeat(8, (i) => `"${city(i)}","${50 + i}.1, ${8 + i}.2"`)),
    expected: {},
  },
  {
    trouble: 'well-known text geometry, unquoted, in a semicolon file',
    text: lines('gid;name;geom', ...repeat(6, (i) => `${i};${city(i)};POLYGON((${i} 1, ${i} 2, 3 4, ${i} 1))`)),
    expected: { delimiter: ';' },
  },
  {
    trouble: 'HTML in cells',
    text: lines('id,html,ok', ...repeat(6, (i) => `${i},"<a href=""/x?a=1;b=2"">link, ${i}</a>",true`)),
    expected: {},
  },
  {
    trouble: 'MAC addresses, more regular in colons than anything in commas',
    text: lines('mac,vendor,seen', ...repeat(8, (i) => `00:1A:2B:3C:4D:0${i},Acme ${i},${i}`)),
    expected: {},
  },
  {
    trouble: 'a time sheet of clock times and decimal commas',
    text: crlf('Datum;Von;Bis;Stunden', ...repeat(8, (i) => `${day(i)}.03.2024;08:${day(i)};17:30;8,${i}`)),
    expected: { delimiter: ';', newline: 'crlf', decimal: ',' },
  },
  {
    trouble: 'space after every comma',
    text: lines('id, name, city', '1, Anna Schmidt, Berlin', '2, Li Wei, Hamburg', '3, Mia Rossi, Köln'),
    expected: {},
  },
  {
    trouble: 'phone numbers, ZIP codes and leading zeros',
    text: lines('name,phone,zip', 'Anna,+49 30 1234567,01067', 'Li,+86 10 8888 0000,00100', 'Mia,(06) 555-1234,20095'),
    expected: {},
  },
  {
    trouble: 'mixed decimal marks: prices with commas, coordinates with points',
    text: lines(
      'ort;lat;lon;preis;gebühr;steuer',
      ...repeat(8, (i) => `${city(i)};52.${100 + i}1;13.${200 + i}2;1,5${i};2,2${i};0,${i}9`),
    ),
    expected: { delimiter: ';', decimal: ',' },
  },
  {
    trouble: 'a single record of two words',
    text: lines('hello;world'),
    expected: { delimiter: ';' },
  },
];
