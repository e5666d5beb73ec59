import { ANY, NONE, narrow } from '@app/csv-format';

/** Longer texts are read by nobody as a number or a day. */
const MOST_CHARACTERS = 40;

/** A currency or a unit: up to four letters (`EUR`, `kg`), some usual words, or a sign among letters (`US$`, `km/h`, `m²`). */
const UNIT = String.raw`(?:\p{L}{1,4}\.?|hours?|weeks?|months?|years?|minutes?|items?|pieces?|points?|stars?|\p{L}{0,3}[\p{Sc}%‰°²³µ/]\p{L}{0,3}[²³]?)`;
/** Before a number: a sign, or two or three letters and a blank, as in `EUR 5`; without the blank it is a code. */
const CURRENCY = String.raw`\p{L}{0,3}\p{Sc}\s?|\p{L}{2,3}\.?\s`;
/**
 * A number as people write it: signs, brackets or a minus behind it for what is negative, any marks between digits, a unit on either side,
 * and digits in groups of any size. One that begins with a zero before another digit is a code.
 */
const NUMBER = new RegExp(
  String.raw`^[(<>~≈±]?\s?[-+−–]?\s?(?:${CURRENCY})?[-+−–]?(?!0\d)[.,]?\d(?:[.,'’ \u00a0\u202f]?\d)*(?:e[-+]?\d+)?(?:[.,]?[-–])?\s?${UNIT}?\)?$`,
  'iu',
);

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'];
const MONTH_NAMES = LANGUAGES.flatMap((language) =>
  (['long', 'short'] as const).flatMap((month) => {
    const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' });
    return Array.from({ length: 12 }, (_, i) => format.format(Date.UTC(2024, i, 1)).replace('.', ''));
  }),
);
const MONTH = String.raw`(?:${[...new Set(MONTH_NAMES)].join('|')})(?!\p{L})\.?`;

/** A day or a month with its name, a day in numbers, or a time of day; with or without what follows. */
const DAYS = [
  // 2 Oct 2026, 2. Oktober 2026, Fri, 2 Oct 26, 02-OCT-26, 2 de octubre de 2026; Oct 2, 2026 and Mar 2024.
  new RegExp(
    String.raw`^(?:\p{L}{2,10}\.?,? )?(?:\d{1,4}(?:st|nd|rd|th|\.)?[ ./-]*(?:de )?)?${MONTH}(?: de)?[ .,/'-]{0,2}\d{1,4}(?!\d)`,
    'iu',
  ),
  /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\.?(?:[ ,T]|$)/,
  /^\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:[ ,T]|$)/,
  /^\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?$/i,
];

/**
 * Whether a text looks like a number or a day to a reader, in more forms than a column has: `12 kg`, `€ 1.234,-`, `5 %`, `(3.50)`, `2 Oct 2026`,
 * `9:30`. Such texts have another order than their characters: `9 kg` is greater than `10 kg`.
 */
export function looksTyped(text: string): boolean {
  if (text === '' || text.length > MOST_CHARACTERS) return false;
  const bytes = Buffer.from(text);
  if (narrow(ANY, bytes, 0, bytes.length) !== NONE) return true;
  const trimmed = text.trim();
  return NUMBER.test(trimmed) || DAYS.some((form) => form.test(trimmed));
}
