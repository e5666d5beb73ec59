import type { UploadOptions } from '@csv-tasks/client';
import type { Argv } from 'yargs';
import { flagOf } from '../flags.js';
import { showLoneDash } from '../lone-dash.js';

/** How a file is to be read, by the name that the HTTP API gives the option. docs/uploading.md explains each. */
export const READ_OPTIONS = {
  delimiter: 'Between two cells: a character, or comma, semicolon, tab, pipe, …',
  quote: 'Around cells: a character, or double, single, none',
  escape: 'Before a quote in a cell: doubled, backslash, or a character',
  encoding: 'Such as utf-8 or windows-1252',
  decimal: 'The decimal mark of numbers: . or ,',
  thousands: "The thousands mark of numbers: . , or ', or none, space, apostrophe",
  date_format: 'The form of dates, such as DD.MM.YYYY',
  skip: 'Lines to skip above the table',
  header: 'Whether the table has a header: true or false',
  trim: 'Whether blanks beside delimiters are no part of cells: true or false',
  comment: 'What a line begins with that is a comment, and no record',
  skip_after_header: 'Records to skip directly below the header, such as units',
  skip_footer: 'Records to skip at the end, such as totals',
  names: 'Names of the columns, separated by commas',
  types: 'Types of columns, as in price:number,day:date',
  null_values: 'Cells that stand for no value, separated by commas, as in NA,-',
  max_rejects: 'Records that may be rejected; one more fails the upload',
} satisfies Partial<Record<keyof UploadOptions, string>>;

type ReadOption = keyof typeof READ_OPTIONS;
const NAMES = Object.keys(READ_OPTIONS) as ReadOption[];

/** Adds the options of READ_OPTIONS to a command. */
export const withReadOptions = <T>(yargs: Argv<T>): Argv<T> =>
  NAMES.reduce<Argv<T>>(
    (built, name) =>
      built.option(flagOf(name), {
        describe: READ_OPTIONS[name],
        type: 'string',
        group: 'How the file is read (detected by default):',
        requiresArg: true,
      }) as unknown as Argv<T>,
    yargs,
  );

/** The options that were given. */
export const readOptionsOf = (given: Record<string, unknown>): UploadOptions =>
  Object.fromEntries(
    NAMES.map((name) => [name, given[flagOf(name)]])
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, showLoneDash(String(value))]),
  );
