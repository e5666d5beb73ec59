/** A record cut in three: what is before the fault, the fault, and what is behind it. */
export type Spot = [before: string, fault: string, behind: string];

interface Dialect {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  /** The quote itself, or nothing, where quotes are doubled. */
  escape: string;
  /** Blanks around cells are no part of them. */
  trim: boolean;
}

/**
 * Finds the spot that the reason of a reject is about, as far as its text shows it. A reject is one record, and is read by the rules of
 * the service (`record-scanner.ts`), of which its line breaks need none.
 * @param width how many columns the table has
 */
export function spotOf(code: string, raw: string, width: number, dialect: Dialect): Spot | null {
  switch (code) {
    case 'nul_character':
      return around(raw, raw.indexOf('\0'));
    case 'invalid_encoding':
      return around(raw, raw.indexOf('\uFFFD'));
    case 'unclosed_quote':
      return dialect.quote === '' ? null : around(raw, unclosedQuote(raw, dialect));
    case 'malformed_quote':
      return dialect.quote === '' ? null : around(raw, strayQuote(raw, dialect));
    case 'too_many_cells': {
      const before = cellsOf(raw, dialect)[width - 1];
      return before === undefined || before.end === raw.length
        ? null
        : [raw.slice(0, before.end), raw.slice(before.end), ''];
    }
    default:
      return null;
  }
}

const around = (raw: string, at: number): Spot | null =>
  at < 0 ? null : [raw.slice(0, at), raw.slice(at, at + 1), raw.slice(at + 1)];

/** The quote that opens a cell which nothing closes. */
function unclosedQuote(raw: string, dialect: Dialect): number {
  const open = cellsOf(raw, dialect).find(({ quoted }) => quoted !== null && quoted.closedAt === null);
  return open?.quoted?.from ?? raw.lastIndexOf(dialect.quote);
}

/** The first quote within a quoted cell that neither closes it nor is escaped. */
function strayQuote(raw: string, dialect: Dialect): number {
  for (const { quoted } of cellsOf(raw, dialect)) if (quoted?.strayAt != null) return quoted.strayAt;
  return raw.indexOf(dialect.quote);
}

interface Cell {
  /** Where the delimiter behind it stands, or the end of the record. */
  end: number;
  quoted: QuotedText | null;
}

function cellsOf(raw: string, dialect: Dialect): Cell[] {
  const { delimiter } = dialect;
  const cells: Cell[] = [];
  for (let at = 0; ; at = cells.at(-1)!.end + delimiter.length) {
    const begin = dialect.trim ? behindBlanks(raw, at) : at;
    const quoted = dialect.quote !== '' && raw[begin] === dialect.quote ? quotedText(raw, begin, dialect) : null;
    // A quote that nothing closes is text, so the next delimiter ends its cell.
    const end = quoted?.closedAt ?? plainEnd(raw, at, dialect);
    cells.push({ end, quoted });
    if (end >= raw.length || delimiter === '') return cells;
  }
}

function behindBlanks(raw: string, from: number): number {
  let at = from;
  while (raw[at] === ' ' || raw[at] === '\t') at += 1;
  return at;
}

/** Where a cell without quotes ends. Where nothing is quoted, an escape makes the delimiter text. */
function plainEnd(raw: string, from: number, { delimiter, quote, escape: mark }: Dialect): number {
  if (delimiter === '') return raw.length;
  for (let at = from; at < raw.length; at += 1) {
    if (quote === '' && mark !== '' && raw[at] === mark) {
      if (raw[at + 1] === mark) at += 1;
      else if (raw.startsWith(delimiter, at + 1)) at += delimiter.length;
    } else if (raw.startsWith(delimiter, at)) {
      return at;
    }
  }
  return raw.length;
}

interface QuotedText {
  /** Its opening quote. */
  from: number;
  /** Where its cell ends; null where no quote closes it. */
  closedAt: number | null;
  strayAt: number | null;
}

function quotedText(raw: string, from: number, { delimiter, quote, escape: mark }: Dialect): QuotedText {
  let strayAt: number | null = null;
  for (let at = from + 1; at < raw.length; at += 1) {
    const next = raw[at + 1];
    if (mark !== '' && mark !== quote && raw[at] === mark && (next === mark || next === quote)) {
      at += 1;
    } else if (raw[at] === quote) {
      if (next === quote) {
        at += 1;
        continue;
      }
      const behind = at + 1 + /^\s*/.exec(raw.slice(at + 1))![0].length;
      for (const end of [at + 1, behind]) {
        if (end === raw.length || (delimiter !== '' && raw.startsWith(delimiter, end)))
          return { from, closedAt: end, strayAt };
      }
      strayAt ??= at;
    }
  }
  return { from, closedAt: null, strayAt };
}
