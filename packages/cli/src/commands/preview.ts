import type { Preview } from '@csv-tasks/client';
import { defineCommand, loggedIn } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { showLoneDash } from '../lone-dash.js';
import { count, err, faultText, print, printJson, printTable, shown, tell } from '../output.js';
import { sourceOf } from '../source.js';
import { readOptionsOf, withReadOptions } from './read-options.js';

export const preview = defineCommand({
  command: 'preview <file>',
  describe: 'Show how a file would be read, and store nothing; - reads standard input',
  builder: (yargs) =>
    withReadOptions(yargs.positional('file', { describe: 'A CSV file, or -', type: 'string', demandOption: true })),
  run: async (options) => {
    const source = sourceOf(showLoneDash(options.file), 'stdin.csv');
    const found = await loggedIn().preview(source.open(), { options: readOptionsOf({ ...options }) });
    if (options.json) printJson(found);
    else show(found);
    return wouldFail(found) ? EXIT.failed : EXIT.done;
  },
});

type Dialect = NonNullable<Preview['dialect']>;
type Fault = Preview['errors'][number];

/** The codes by which a file cannot be imported. All others are warnings. */
const FAILURES = new Set<Fault['code']>([
  'csv_empty',
  'csv_no_columns',
  'header_unreadable',
  'header_too_long',
  'too_many_columns',
  'too_many_rejects',
  'all_rejected',
  'names_do_not_fit',
  'names_too_long',
  'null_values_too_long',
]);
const isFailure = ({ code }: Fault): boolean => FAILURES.has(code);
const wouldFail = ({ errors }: Preview): boolean => errors.some(isFailure);

function show({ dialect, alternatives, columns, rows, preamble, footer, errors }: Preview): void {
  if (dialect) print(`dialect: ${described(dialect)}, ${percent(dialect.confidence)} sure`);
  for (const other of alternatives) print(`or: ${described(other.dialect)}, ${percent(other.confidence)}`);
  for (const line of preamble) print(`above the table: ${shown(line)}`);
  for (const line of footer) print(`below the table: ${shown(line)}`);
  print('');
  printTable(
    ['column', 'name', 'type', 'format'],
    columns.map(({ key, name, type, format }) => [key, name, type, format]),
  );
  print('');
  printTable(
    columns.map(({ key }) => key),
    rows.map(({ data }) => columns.map(({ key }) => data[key])),
  );
  for (const fault of errors)
    tell(`${isFailure(fault) ? err.red('failed') : err.yellow('warning')} ${faultText(fault)}`);
  const warnedAbout = new Set(errors.map(({ column }) => column));
  for (const { key, would_be: type } of columns) {
    if (type === null || warnedAbout.has(key)) continue;
    const { row_id, value } = type.first;
    const values = type.exceptions === 1 ? '1 value' : `${count(type.exceptions)} values`;
    tell(`note ${key} would be ${type.type} but for ${values}: row ${count(row_id)} of the table, ${shown(value)}`);
  }
}

const percent = (share: number): string => (share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`);

const described = ({ delimiter, quote, encoding, decimal, has_header }: Dialect): string =>
  [
    `delimiter ${JSON.stringify(delimiter)}`,
    quote === '' ? 'no quotes' : `quote ${quote}`,
    encoding,
    `decimal ${decimal === ',' ? 'comma' : 'point'}`,
    has_header ? 'with a header' : 'without a header',
  ].join(', ');
