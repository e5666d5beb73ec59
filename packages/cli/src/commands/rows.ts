import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CsvTasks, Row, RowsQuestion } from '@csv-tasks/client';
import type { Argv } from 'yargs';
import { type Common, defineCommand, loggedIn, uploadArgument, uploadId } from '../command.js';
import { filtersOf } from '../filter-option.js';
import { count, err, printJson, Table, tell } from '../output.js';

const withSelection = (yargs: Argv<Common>) =>
  uploadArgument(yargs)
    .option('filter', {
      describe: 'A condition, such as city=Paris, price>=10 or name~mar (contains); several must all hold',
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
    })
    .option('filters', { describe: 'Conditions as JSON, with $or, $and and $not', type: 'string' })
    .option('search', { describe: 'Text that some cell of the row contains', type: 'string' })
    .option('sort-by', {
      alias: 'sort',
      describe: 'Columns to sort by, - before descending ones, as in --sort-by=-price,city',
      type: 'string',
    })
    .option('columns', { describe: 'Columns to show, separated by commas', type: 'string' });

type Selection = ReturnType<typeof withSelection> extends Argv<infer Options> ? Options : never;

const questionOf = ({ filter, filters, search, 'sort-by': sortBy, columns }: Selection): RowsQuestion =>
  definedOnly({ filters: filtersOf(filter, filters), search, sort_by: sortBy, columns });

const definedOnly = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

export const rows = defineCommand({
  command: 'rows <upload>',
  describe: 'Show rows of an upload; with --json one object a line',
  builder: (yargs) =>
    withSelection(yargs).option('limit', {
      describe: 'The most rows to show; 0 for all',
      type: 'number',
      default: 20,
    }),
  run: async (options) => {
    const client = loggedIn();
    const id = await uploadId(client, options.upload);
    await tellWarnings(client, id, options);
    const show = options.json ? { row: printJson, end: () => {} } : inTable();
    let shown = 0;
    let more = false;
    // Printed as they come: all rows of an upload may be more than the memory holds.
    for await (const row of client.rows(id, { ...questionOf(options), values: 'text' })) {
      more = options.limit > 0 && shown === options.limit;
      if (more) break;
      show.row(row);
      shown += 1;
    }
    show.end();
    if (!options.json)
      tell(more ? `These are the first ${count(shown)} rows; --limit 0 shows all.` : `${count(shown)} rows`);
    return undefined;
  },
});

/** Prints rows as a table, whose columns are those of the first row. */
function inTable() {
  let keys: string[] = [];
  let table: Table | undefined;
  return {
    row({ row_id, data }: Row) {
      if (!table) {
        keys = Object.keys(data);
        table = new Table(['row', ...keys]);
      }
      table.add([row_id, ...keys.map((key) => data[key])]);
    },
    end: () => (table ?? new Table(['row'])).end(),
  };
}

export const exportRows = defineCommand({
  command: 'export <upload>',
  describe: 'Write all matching rows to a file or to standard output',
  builder: (yargs) =>
    withSelection(yargs)
      .option('format', { choices: ['csv', 'ndjson'] as const, describe: 'csv, or with --json ndjson' })
      .option('escape-formulas', { describe: 'Make cells safe for spreadsheets', type: 'boolean', default: false })
      .option('output', { alias: 'o', describe: 'File to write', type: 'string' }),
  run: async (options) => {
    const client = loggedIn();
    const id = await uploadId(client, options.upload);
    await tellWarnings(client, id, options);
    const format = options.format ?? (options.json ? 'ndjson' : 'csv');
    const escape_formulas = options['escape-formulas'] ? ('true' as const) : undefined;
    await write(
      await client.export(id, { ...questionOf(options), ...definedOnly({ format, escape_formulas }) }),
      options.output,
    );
    return undefined;
  },
});

/** Tells on stderr why the rows may not be those that were meant. */
async function tellWarnings(client: CsvTasks, id: string, options: Selection): Promise<void> {
  for (const { message, code } of await client.rowsWarnings(id, questionOf(options))) {
    tell(`${err.yellow('warning')} ${message} (${code})`);
  }
}

/** Writes a download to a file, or to standard output. */
export async function write(download: ReadableStream<Uint8Array>, file: string | undefined): Promise<void> {
  const source = Readable.fromWeb(download as Parameters<typeof Readable.fromWeb>[0]);
  if (file === undefined) await pipeline(source, process.stdout, { end: false });
  else await pipeline(source, createWriteStream(resolve(process.env.INIT_CWD ?? process.cwd(), file)));
}
