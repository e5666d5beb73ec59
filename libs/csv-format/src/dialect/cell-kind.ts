/** What a cell looks like. Only for detection of dialects and headers: the types of columns have stricter rules. */
export const Kind = {
  Empty: 0,
  Integer: 1,
  /** 12.5, 1,234.5, 1e-3 */
  DotNumber: 2,
  /** 12,5 and 1.234,5 */
  CommaNumber: 3,
  /** A number with a unit or in brackets: 12 %, 3,50 €, $5, CHF 1'200.00, 9,50 kr, (3.50). */
  Quantity: 4,
  Date: 5,
  Time: 6,
  Boolean: 7,
  /** URL, e-mail or IP address. */
  Address: 8,
  /** One word with digits, dashes, underscores: AB-12, sensor_3. */
  Code: 9,
  Text: 10,
  /** Text with a comma and a space behind it, or a URL with signs that may separate cells. */
  Prose: 11,
  /** Contains what is more likely to separate cells: `5;13`, `a,b`, a stray quote. */
  Unsplit: 12,
  /** A bracket opens in this cell and closes in another, or the other way round. */
  Unbalanced: 13,
  /** Contains a tab or another control character. */
  Control: 14,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export const KINDS = 15;

/** Kinds of one family are often in the same column. */
export const FAMILY: Readonly<Record<Kind, 'none' | 'number' | 'date' | 'boolean' | 'address' | 'text'>> = {
  0: 'none',
  1: 'number',
  2: 'number',
  3: 'number',
  4: 'number',
  5: 'date',
  6: 'date',
  7: 'boolean',
  8: 'address',
  9: 'text',
  10: 'text',
  11: 'text',
  12: 'text',
  13: 'text',
  14: 'text',
};

/** How much a cell of each kind supports the dialect that it was read with: from van den Burg et al., with more kinds of text. */
export const PLAUSIBILITY: readonly number[] = [0, 1, 1, 1, 0.95, 1, 0.95, 1, 1, 0.85, 0.8, 0.6, 0.3, 0.3, 0.05];

const Byte = {
  Other: 0,
  Digit: 1,
  Letter: 2,
  Space: 3,
  Dot: 4,
  Comma: 5,
  Dash: 6,
  Colon: 7,
  Slash: 8,
  Plus: 9,
  Unit: 10,
  At: 11,
  Quote: 12,
  Open: 13,
  Close: 14,
  Separator: 15,
  Control: 16,
  Underscore: 17,
} as const;

const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (byte >= 0x80 || /[a-z]/i.test(char)) CLASS[byte] = Byte.Letter;
  else if (/\d/.test(char)) CLASS[byte] = Byte.Digit;
  else if (byte < 0x20 && char !== '\n' && char !== '\r') CLASS[byte] = Byte.Control;
}
for (const [chars, value] of [
  [' \r\n', Byte.Space],
  ['.', Byte.Dot],
  [',', Byte.Comma],
  ['-', Byte.Dash],
  [':', Byte.Colon],
  ['/', Byte.Slash],
  ['+', Byte.Plus],
  ['%$', Byte.Unit],
  ['@', Byte.At],
  ['"', Byte.Quote],
  ['([{', Byte.Open],
  [')]}', Byte.Close],
  [';|^~', Byte.Separator],
  ['_', Byte.Underscore],
] as const) {
  for (const char of chars) CLASS[char.charCodeAt(0)] = value;
}

const SPACE = 0x20;
const E_UPPER = 0x45;
const E_LOWER = 0x65;

/** The kind of the cell in `[from, to)`; spaces around it do not count. @param quoted separators inside quotes are there on purpose. */
export function kindOf(bytes: Buffer, from: number, to: number, quoted: boolean): Kind {
  while (from < to && bytes[from] === SPACE) from++;
  while (to > from && bytes[to - 1] === SPACE) to--;
  // A long cell is judged by its beginning.
  const end = Math.min(to, from + 400);
  const length = end - from;
  if (length === 0) return Kind.Empty;

  let digits = 0;
  let letters = 0;
  let spaces = 0;
  let dots = 0;
  let commas = 0;
  let tightCommas = 0;
  let dashes = 0;
  let colons = 0;
  let slashes = 0;
  let pluses = 0;
  let units = 0;
  let ats = 0;
  let quotes = 0;
  let opened = 0;
  let closed = 0;
  let separators = 0;
  let controls = 0;
  let underscores = 0;
  let others = 0;
  for (let i = from; i < end; i++) {
    switch (CLASS[bytes[i]!]) {
      case Byte.Digit:
        digits++;
        break;
      case Byte.Letter:
        letters++;
        break;
      case Byte.Space:
        spaces++;
        break;
      case Byte.Dot:
        dots++;
        break;
      case Byte.Comma:
        commas++;
        if (bytes[i + 1] !== SPACE) tightCommas++;
        break;
      case Byte.Dash:
        dashes++;
        break;
      case Byte.Colon:
        colons++;
        break;
      case Byte.Slash:
        slashes++;
        break;
      case Byte.Plus:
        pluses++;
        break;
      case Byte.Unit:
        units++;
        break;
      case Byte.At:
        ats++;
        break;
      case Byte.Quote:
        quotes++;
        break;
      case Byte.Open:
        opened++;
        break;
      case Byte.Close:
        closed++;
        break;
      case Byte.Separator:
        separators++;
        break;
      case Byte.Control:
        controls++;
        break;
      case Byte.Underscore:
        underscores++;
        break;
      default:
        others++;
    }
  }

  const odd = units + ats + quotes + opened + closed + separators + controls + underscores + others;
  const first = bytes[from]!;
  const signs = CLASS[first] === Byte.Dash || CLASS[first] === Byte.Plus ? 1 : 0;
  if (digits > 0 && odd === 0) {
    if (letters === 0) {
      const kind = numeric(bytes, from, end, {
        digits,
        dots,
        commas,
        spaces,
        dashes: dashes + pluses - signs,
        colons,
        slashes,
      });
      if (kind !== null) return kind;
    } else if (
      colons > 0 &&
      letters <= 3 &&
      digits >= 3 &&
      (dashes >= 2 || slashes === 2 || dots === 2 || length <= 11)
    ) {
      // 2024-05-01T10:00Z, 5/1/2024 10:00 PM, 10:00 AM
      if (commas === 0) return Kind.Date;
    } else if (
      letters === 1 &&
      commas === 0 &&
      spaces === 0 &&
      colons === 0 &&
      slashes === 0 &&
      dots <= 1 &&
      isExponential(bytes, from, end)
    ) {
      return Kind.DotNumber;
    }
  }
  if (digits > 0 && letters <= 3 && odd === units + opened + closed + others && units + letters + opened + others > 0) {
    if (isQuantity(bytes, from, end)) return Kind.Quantity;
  }
  // Signs in an address may separate it from further cells.
  const isWhole = quoted || commas + separators === 0;
  if (ats === 1 && dots > 0 && spaces + controls === 0 && isWhole && letters > 2) return Kind.Address;
  if (colons > 0 && slashes > 1 && letters > 2 && spaces + controls === 0 && isUrl(bytes, from, end))
    return isWhole ? Kind.Address : Kind.Prose;
  if (letters === length && length <= 5 && isBoolean(bytes, from, end)) return Kind.Boolean;

  if (!quoted) {
    if (controls > 0) return Kind.Control;
    if (opened !== closed && end === to) return Kind.Unbalanced;
    if (separators > 0 || tightCommas > 0) return Kind.Unsplit;
    if (quotes > 0 && (CLASS[first] === Byte.Quote || quotes % 2 === 1)) return Kind.Unsplit;
    if (commas > 0) return Kind.Prose;
  }
  return spaces === 0 && letters > 0 && (digits > 0 || underscores > 0) ? Kind.Code : Kind.Text;
}

interface Shape {
  digits: number;
  dots: number;
  commas: number;
  spaces: number;
  /** Without a leading sign. */
  dashes: number;
  colons: number;
  slashes: number;
}

/** The kind of a cell that has only digits, spaces and . , - : / characters; null for none of the numeric kinds. */
function numeric(bytes: Buffer, from: number, to: number, shape: Shape): Kind | null {
  const { digits, dots, commas, spaces, dashes, colons, slashes } = shape;
  const length = to - from;
  if (colons > 0) {
    if (commas > 1 || (commas === 1 && colons < 2)) return null;
    if (spaces === 0 && dashes === 0 && slashes === 0)
      return colons <= 2 && digits >= 3 && digits <= 15 ? Kind.Time : null;
    return spaces <= 2 && digits >= 7 && (dashes >= 2 || slashes === 2 || dots >= 2) ? Kind.Date : null;
  }
  if (spaces > 0) {
    if (dashes > 0 || slashes > 0) return null;
    return commas + dots <= 1 && inGroups(bytes, from, to, SPACE)
      ? commas === 1
        ? Kind.CommaNumber
        : Kind.DotNumber
      : null;
  }
  if (slashes > 0)
    return slashes === 2 && dots + commas + dashes === 0 && length >= 6 && length <= 10 ? Kind.Date : null;
  if (dashes > 0) {
    if (dots + commas > 0) return null;
    return (dashes === 2 && length >= 8 && length <= 10) || (dashes === 1 && digits === 6 && length === 7)
      ? Kind.Date
      : null;
  }
  if (dots === 0 && commas === 0) return Kind.Integer;
  if (dots === 1 && commas === 0) return Kind.DotNumber;
  if (dots === 0 && commas === 1) return Kind.CommaNumber;
  if (dots === 2 && commas === 0 && digits >= 4 && digits <= 8 && length <= 10 && !inGroups(bytes, from, to, 0x2e))
    return Kind.Date;
  if (dots === 3 && commas === 0 && digits <= 12 && !inGroups(bytes, from, to, 0x2e)) return Kind.Address;
  if (commas <= 1 && dots > 0 && inGroups(bytes, from, to, 0x2e)) return Kind.CommaNumber;
  if (dots <= 1 && commas > 0 && inGroups(bytes, from, to, 0x2c)) return Kind.DotNumber;
  return null;
}

/** Whether digits are grouped: one to three, then three behind each separator, then nothing or another sign and a fraction. */
function inGroups(bytes: Buffer, from: number, to: number, separator: number): boolean {
  let run = 0;
  let groups = 0;
  if (CLASS[bytes[from]!] === Byte.Dash || CLASS[bytes[from]!] === Byte.Plus) from++;
  for (let i = from; i <= to; i++) {
    const byte = i < to ? bytes[i]! : -1;
    if (byte >= 0x30 && byte <= 0x39) {
      run++;
      continue;
    }
    if (groups === 0 ? run < 1 || run > 3 : run !== 3) return false;
    if (byte !== separator) return groups > 0;
    groups++;
    run = 0;
  }
  return groups > 0;
}

function isExponential(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from + 1; i < to - 1; i++) {
    const byte = bytes[i]!;
    if (byte !== E_UPPER && byte !== E_LOWER) continue;
    const before = CLASS[bytes[i - 1]!];
    return before === Byte.Digit || before === Byte.Dot;
  }
  return false;
}

const text = (bytes: Buffer, from: number, to: number): string => bytes.toString('utf8', from, to);

const AMOUNT = String.raw`\d[\d.,' \u00a0\u202f]*`;
const QUANTITY = new RegExp(
  [
    String.raw`[-+]?(?:[$€£¥]\s?|[A-Z]{2,3}\s)-?${AMOUNT}`,
    String.raw`[-+]?${AMOUNT}(?:\s?[%$€£¥°]|(?<=\s)[A-Za-z]{2,3})`,
    String.raw`\([$€£¥]?\s?${AMOUNT}\s?[$€£¥]?\)`,
    String.raw`[-+]?\d{1,3}(?:'\d{3})+(?:[.,]\d+)?`,
  ]
    .map((form) => `^${form}$`)
    .join('|'),
);

const isQuantity = (bytes: Buffer, from: number, to: number): boolean =>
  to - from <= 24 && QUANTITY.test(text(bytes, from, to));

function isUrl(bytes: Buffer, from: number, to: number): boolean {
  return /^[a-z][a-z0-9+.-]{1,9}:\/\//i.test(text(bytes, from, Math.min(to, from + 16)));
}

function isBoolean(bytes: Buffer, from: number, to: number): boolean {
  return /^(?:true|false|yes|no)$/i.test(text(bytes, from, to));
}
