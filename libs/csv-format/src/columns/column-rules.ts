import type { ColumnType, DialectOptions } from '../model.js';
import { type ColumnRule } from './column-evidence.js';
import { readDayFormat } from './column-formats.js';
import { narrow } from './column-types.js';
import {
  ANY,
  alikeMarks,
  BOOLEAN,
  CLOCKS,
  DAY,
  DAY_FIRST,
  GROUPED,
  groupedBy,
  INTEGER,
  MONTH_FIRST,
  NONE,
  NUMBERS,
  type Readings,
  TEMPORAL,
  TIMES,
  WITH_COMMA,
  WITH_POINT,
} from './readings.js';

/** What is declared about the values of a file. */
export type TypeOptions = Pick<DialectOptions, 'decimal' | 'thousands' | 'date_format' | 'types'>;

/** A column before its type is known. */
interface NamedColumn {
  key: string;
  name: string;
}

/** The readings that a type allows. */
export function readingsOfType(type: ColumnType): Readings {
  switch (type) {
    case 'integer':
      return INTEGER;
    case 'number':
      return NUMBERS & ~INTEGER;
    case 'boolean':
      return BOOLEAN;
    case 'date':
      return (TEMPORAL & ~TIMES) | DAY;
    case 'datetime':
      return (TEMPORAL & ~TIMES) | CLOCKS;
    case 'text':
      return NONE;
  }
}

/** What the options leave of all readings, whatever the column. */
export function allowedReadings({ decimal, thousands, date_format: dateFormat }: TypeOptions): Readings {
  let allowed = ANY;
  if (decimal === '.') allowed &= ~WITH_COMMA;
  if (decimal === ',') allowed &= ~WITH_POINT;
  if (thousands !== undefined) {
    allowed &= ~GROUPED | alikeMarks(thousands).reduce((bits, mark) => bits | groupedBy(mark), NONE);
    if (thousands === '.') allowed &= ~WITH_POINT;
    if (thousands === ',') allowed &= ~WITH_COMMA;
  }
  const order = dateFormat === undefined ? undefined : readDayFormat(dateFormat)?.order;
  if (order !== undefined && order !== 'month') allowed &= ~MONTH_FIRST;
  if (order !== undefined && order !== 'day') allowed &= ~DAY_FIRST;
  return allowed;
}

/** The rule of each column, in file order. A declared type is looked up by key, then by name. */
export function columnRules(columns: readonly NamedColumn[], options: TypeOptions): ColumnRule[] {
  const allowed = allowedReadings(options);
  return columns.map((column) => {
    const declared = declaredType(column, options);
    if (declared === undefined) return { readings: allowed, isDeclared: false, isLimited: allowed !== ANY };
    return { readings: allowed & readingsOfType(declared), isDeclared: declared !== 'text' };
  });
}

/** The type that `types=` declares for a column, by its key or else its name. */
export function declaredType({ key, name }: NamedColumn, { types }: TypeOptions): ColumnType | undefined {
  if (types === undefined) return undefined;
  return Object.hasOwn(types, key) ? types[key] : Object.hasOwn(types, name) ? types[name] : undefined;
}

const LIMITS = ['date_format', 'decimal', 'thousands'] as const;

/** The options, as in `decimal=,`, that rule out every reading of a value which has one without them. */
export function optionsAgainst(value: string, options: TypeOptions): string[] {
  const bytes = Buffer.from(value);
  const given = LIMITS.filter((name) => options[name] !== undefined);
  const alone = given.filter(
    (name) => narrow(allowedReadings({ [name]: options[name] }), bytes, 0, bytes.length) === NONE,
  );
  return (alone.length > 0 ? alone : given).map((name) => `${name}=${options[name]}`);
}
