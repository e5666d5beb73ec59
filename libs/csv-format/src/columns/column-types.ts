import { dateReadings } from './date-forms.js';
import { numberReadings } from './number-forms.js';
import { BOOLEAN, NONE, NUMBERS, type Readings, TEMPORAL, withoutEmptyProperty } from './readings.js';

/**
 * `readings` without those that a value does not have. It runs for each cell of a column that may still have a type, so it compares bytes
 * where they are, uses no regular expression and allocates nothing.
 * @param readings as this function or a combination of its results with `&` returns them; ANY before the first value.
 * @param bytes hold the value from `from` to `to`, at least one byte, as UTF-8.
 */
export function narrow(readings: Readings, bytes: Uint8Array, from: number, to: number): Readings {
  let found = NONE;
  if ((readings & NUMBERS) !== 0) found |= numberReadings(bytes, from, to);
  if ((readings & TEMPORAL) !== 0) found |= dateReadings(bytes, from, to);
  if ((readings & BOOLEAN) !== 0) found |= truthReadings(bytes, from, to);
  const left = readings & found;
  return left === readings || (left & TEMPORAL) === 0 ? left : withoutEmptyProperty(left);
}

function truthReadings(bytes: Uint8Array, from: number, to: number): Readings {
  return spells(bytes, from, to, 'true') || spells(bytes, from, to, 'false') ? BOOLEAN : NONE;
}

/** Whether the bytes are the word, in any case. @param word of small letters. */
function spells(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let at = 0; at < word.length; at++) {
    if ((bytes[from + at]! | 0x20) !== word.charCodeAt(at)) return false;
  }
  return true;
}
