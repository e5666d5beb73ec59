import { COLUMN_TYPES, type ColumnType } from '../model.js';

/** The value that an option's text stands for, or why it is not valid. */
export type OptionReading<T> = { value: T } | { detail: string };

export const value = <T>(meant: T): OptionReading<T> => ({ value: meant });
export const fault = (detail: string): { detail: string } => ({ detail });

/** A list may have as many items as a file may have columns. */
const MAX_ITEMS = 2_000;
const MAX_ITEM_BYTES = 1_024;

const ITEM = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,"]*))(,|$)/y;

/** Whether PostgreSQL can store a text. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * A list with commas, as a record of RFC 4180: an item that holds a comma or a quote, or that begins or ends with a blank, is quoted, as in
 * `city,"price, net"`. Blanks beside commas are no part of an item.
 */
export function listOption(text: string): OptionReading<string[]> {
  const items: string[] = [];
  for (let at = 0; ; ) {
    ITEM.lastIndex = at;
    const found = ITEM.exec(text);
    if (!found)
      return fault('must be a list such as a,b,"c, d": an item that holds a quote is quoted, and the quote doubled');
    const [, quoted, plain, end] = found;
    items.push(quoted === undefined ? plain!.trimEnd() : quoted.replaceAll('""', '"'));
    if (end === '') break;
    at = ITEM.lastIndex;
  }
  if (items.length > MAX_ITEMS) return fault(`must have at most ${MAX_ITEMS} items`);
  if (items.some((item) => Buffer.byteLength(item) > MAX_ITEM_BYTES))
    return fault(`must have no item of more than ${MAX_ITEM_BYTES} bytes`);
  return items.every(isStorable) ? value(items) : fault('must not hold the character U+0000');
}

/** The types of columns, `price:number,day:date`: a list of names, each with a colon and a type behind it. */
export function typesOption(text: string): OptionReading<Record<string, ColumnType>> {
  const list = listOption(text);
  if ('detail' in list) return list;
  const types = new Map<string, ColumnType>();
  for (const item of list.value) {
    const colon = item.lastIndexOf(':');
    const column = item.slice(0, colon).trim();
    const type = COLUMN_TYPES.find(
      (known) =>
        known ===
        item
          .slice(colon + 1)
          .trim()
          .toLowerCase(),
    );
    if (colon < 1 || column === '' || type === undefined)
      return fault(`must be a list such as price:number,day:date, of the types ${COLUMN_TYPES.join(', ')}`);
    if (types.has(column)) return fault(`must name the column ${JSON.stringify(column)} once`);
    types.set(column, type);
  }
  return value(Object.fromEntries(types));
}

const DATE_FORMAT =
  /^(?:(D{1,2})([./-])(M{1,2})\2(YYYY|YY)|(M{1,2})([./-])(D{1,2})\6(YYYY|YY)|YYYY([./-])M{1,2}\9D{1,2})$/i;

/** The order and form of dates. A day or month may be written with one digit or two in each format. @returns it in capitals, such as `DD.MM.YYYY` */
export function dateFormatOption(text: string): OptionReading<string> {
  if (!DATE_FORMAT.test(text))
    return fault(
      'must be DD.MM.YYYY, MM/DD/YYYY, YYYY-MM-DD or the like: with . / or - between the parts, and YY only behind them',
    );
  const capitals = text.toUpperCase();
  return value(capitals.replace(/D+/, 'DD').replace(/M+/, 'MM'));
}

const THOUSANDS: ReadonlyMap<string, string> = new Map([
  ['none', ''],
  ['space', ' '],
  ['apostrophe', "'"],
]);
/** In numbers of Europe, India and Switzerland; also the no-break space, the narrow one, and the typographic apostrophe. */
const THOUSANDS_MARKS = ['', '.', ',', ' ', "'", '\u00a0', '\u202f', '\u2019'];

export function thousandsOption(text: string): OptionReading<string> {
  const meant = THOUSANDS.get(text.toLowerCase()) ?? text;
  return THOUSANDS_MARKS.includes(meant) ? value(meant) : fault("must be . , or ', or one of none, space, apostrophe");
}

/** A whole number, which an option gives as text. */
export function countOption(text: string, max: number): OptionReading<number> {
  return /^\d{1,10}$/.test(text) && Number(text) <= max
    ? value(Number(text))
    : fault(`must be a whole number from 0 to ${max}`);
}
