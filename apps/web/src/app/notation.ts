type Value = string | number | boolean;

/** The decimal and the thousands mark of the cells of a column, by its format; a format without one leaves numbers as JSON writes them. */
function marksOf(format: string | null): { decimal: string; thousands: string } {
  const [, thousands = '', decimal = '.'] = /^1(.?)234(.)56$/.exec(format ?? '') ?? [];
  return { decimal, thousands };
}

/**
 * A value of the API as the cells of its column are written, so that a profile and the grid can be compared: `1.234,5` and not 1234.5,
 * `02.10.26` and not 2026-10-02. What no format describes, such as zeros at the end, is not known and left out.
 * @param format of the column; null where it has none
 */
export function inNotation(value: Value, format: string | null): string {
  if (typeof value === 'number') return numberIn(value, format);
  const day = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(String(value));
  return day && format?.includes('Y') ? dayIn(day, format) : String(value);
}

function numberIn(value: number, format: string | null): string {
  const text = String(value);
  if (text.includes('e')) return text;
  const { decimal, thousands } = marksOf(format);
  const [whole, fraction] = text.split('.') as [string, string?];
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, thousands);
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`;
}

function dayIn([, year, month, day, hours = '00', minutes = '00', seconds = '00']: string[], format: string): string {
  const [dayFormat, ...time] = format.split(' ') as [string, ...string[]];
  const parts: Record<string, string> = { YYYY: year!, YY: year!.slice(2), MM: month!, M: String(Number(month)) };
  Object.assign(parts, { DD: day!, D: String(Number(day)) });
  const written = dayFormat.replaceAll(/Y+|M+|D+/g, (part) => parts[part] ?? part);
  if (time.length === 0) return written;
  const hour = time.includes('AM') ? String(Number(hours) % 12 || 12).padStart(2, '0') : hours;
  const clock = time[0]!.includes('SS') ? `${hour}:${minutes}:${seconds}` : `${hour}:${minutes}`;
  return `${written} ${clock}${time.includes('AM') ? (Number(hours) < 12 ? ' AM' : ' PM') : ''}`;
}

/** A number with at most four significant digits in the marks of its column, for the ends of a histogram. */
export function shortIn(value: number, format: string | null): string {
  const { decimal, thousands } = marksOf(format);
  return new Intl.NumberFormat('en-US', {
    maximumSignificantDigits: 4,
    notation: Math.abs(value) >= 1e6 ? 'compact' : 'standard',
  })
    .formatToParts(value)
    .map(({ type, value: part }) => (type === 'group' ? thousands : type === 'decimal' ? decimal : part))
    .join('');
}
