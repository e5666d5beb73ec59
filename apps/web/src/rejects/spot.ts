/** A record cut in three: what is before the fault, the fault, and what is behind it. */
export type Spot = [before: string, fault: string, behind: string];

interface Dialect {
  delimiter: string;
  quote: string;
}

/**
 * Finds the spot that the reason of a reject is about, as far as its text shows it. A reject is one record, so a plain reading by
 * delimiter and quote is enough.
 * @param width how many columns the table has
 */
export function spotOf(code: string, raw: string, width: number, { delimiter, quote }: Dialect): Spot | null {
  if (code === 'nul_character') return around(raw, raw.indexOf('\0'), 1);
  if (code === 'invalid_encoding') return around(raw, raw.indexOf('\uFFFD'), 1);
  if (code === 'unclosed_quote' || code === 'malformed_quote') {
    const at =
      quote === '' ? -1 : code === 'unclosed_quote' ? raw.lastIndexOf(quote) : misplacedQuote(raw, delimiter, quote);
    return around(raw, at, 1);
  }
  if (code === 'too_many_cells') {
    const at = startOfCell(raw, width, delimiter, quote);
    return at === null ? null : [raw.slice(0, at), raw.slice(at), ''];
  }
  return null;
}

const around = (raw: string, at: number, length: number): Spot | null =>
  at < 0 ? null : [raw.slice(0, at), raw.slice(at, at + length), raw.slice(at + length)];

/** Where the delimiter before the cell with this number (from 0) stands. */
function startOfCell(raw: string, cell: number, delimiter: string, quote: string): number | null {
  if (delimiter === '') return null;
  let isQuoted = false;
  let cells = 0;
  for (let at = 0; at < raw.length; at += 1) {
    if (quote !== '' && raw.startsWith(quote, at)) isQuoted = !isQuoted;
    if (isQuoted || !raw.startsWith(delimiter, at)) continue;
    cells += 1;
    if (cells === cell) return at;
  }
  return null;
}

/** The first quote that closes a cell and is not followed by a delimiter or the end. */
function misplacedQuote(raw: string, delimiter: string, quote: string): number {
  let isQuoted = false;
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] !== quote) continue;
    if (isQuoted && raw[at + 1] === quote) {
      at += 1;
      continue;
    }
    if (isQuoted && at + 1 < raw.length && !raw.startsWith(delimiter, at + 1)) return at;
    isQuoted = !isQuoted;
  }
  return raw.indexOf(quote);
}
