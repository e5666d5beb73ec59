import type { DataSetColumn, Probe } from '../data-sets.js';
import { offsetOf, PAGE_ROWS, type Question } from './questions.js';

/** The columns with the types that a user of DuckDB would give them. Instants stay texts: no question asks for them. */
const TYPES: Record<DataSetColumn['type'], string> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'VARCHAR',
  text: 'VARCHAR',
};

type Columns = readonly DataSetColumn[];

/** Loads the file into the table `rows`. DuckDB keeps the order of the file, so that row n has the rowid n - 1. */
export function loadStatement(path: string, columns: Columns): string {
  const types = columns.map(({ key, type }) => `${text(key)}: ${text(TYPES[type])}`).join(', ');
  return `CREATE TABLE rows AS SELECT * FROM read_csv(${text(path)}, header = true, auto_detect = false,
    delim = ',', quote = '"', escape = '"', new_line = '\\n', columns = {${types}})`;
}

/** The page that a question asks for: the row's number, and all of its columns. */
export function pageStatement(question: Question, columns: Columns): string {
  const { sort } = question;
  // Without ORDER BY the rows come in file order too, and DuckDB may stop at the limit.
  const order = sort ? ` ORDER BY ${name(sort.by)} ${sort.down ? 'DESC' : 'ASC'} NULLS LAST, rowid` : '';
  return `SELECT rowid + 1, * FROM rows${where(question, columns)}${order} LIMIT ${PAGE_ROWS} OFFSET ${offsetOf(question)}`;
}

export const countStatement = (question: Question, columns: Columns): string =>
  `SELECT count(*) FROM rows${where(question, columns)}`;

function where({ probe }: Question, columns: Columns): string {
  const conditions = probe === undefined ? [] : [...filters(probe), ...search(probe, columns)];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

const filters = (probe: Probe): string[] =>
  Object.entries(probe.filters ?? {}).flatMap(([key, condition]) => {
    if (typeof condition === 'string') return [`${name(key)} = ${text(condition)}`];
    if (Array.isArray(condition)) return [`${name(key)} IN (${condition.map(text).join(', ')})`];
    return Object.entries(condition).map(([operator, operand]) => comparison(name(key), operator, operand));
  });

function comparison(column: string, operator: string, operand: string | number): string {
  const value = typeof operand === 'number' ? `${operand}` : text(operand);
  switch (operator) {
    case 'gte':
      return `${column} >= ${value}`;
    case 'lt':
      return `${column} < ${value}`;
    case 'contains':
      return contains(column, `${operand}`);
    default:
      throw new RangeError(`no probe uses ${operator} yet`);
  }
}

const search = ({ search: term }: Probe, columns: Columns): string[] =>
  term === undefined
    ? []
    : [
        `(${columns.map(({ key, type }) => contains(TYPES[type] === 'VARCHAR' ? name(key) : `${name(key)}::VARCHAR`, term)).join(' OR ')})`,
      ];

/** The quickest of its ways: ILIKE and concat_ws took 1.1 to 1.8 times as long for a search. */
const contains = (expression: string, term: string): string =>
  `contains(lower(${expression}), ${text(term.toLowerCase())})`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
