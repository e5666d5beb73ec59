/**
 * Writes `src/encoding/letter-frequencies.ts`: how often each letter outside of ASCII is, by language. The texts are the names of countries,
 * languages, scripts, currencies, months and weekdays in the ICU data that Node contains.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LANGUAGES =
  'de fr es pt it nl sv da nb fi is ca ga cy pl cs sk hu ro hr sl sq lt lv et tr az vi mt ru uk be bg mk sr kk el he ar fa ur th ja ko zh-Hans zh-Hant'.split(
    ' ',
  );
/** Letters that are rarer than one in e^9 say nothing. */
const MAX_LEVEL = 9;

function* namesIn(language: string): Generator<string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  for (const [type, codes] of [
    ['region', pairs],
    ['language', pairs.map((pair) => pair.toLowerCase())],
    ['currency', Intl.supportedValuesOf('currency')],
    ['script', ['Arab', 'Cyrl', 'Deva', 'Grek', 'Hans', 'Hant', 'Hebr', 'Jpan', 'Kore', 'Latn', 'Thai']],
  ] as const) {
    const names = new Intl.DisplayNames([language], { type, fallback: 'none' });
    for (const code of codes) {
      const name = names.of(code);
      if (name) yield name;
    }
  }
  const calendar = new Intl.DateTimeFormat(language, { weekday: 'long', month: 'long', timeZone: 'UTC' });
  for (let day = 0; day < 365; day += 8) yield calendar.format(Date.UTC(2024, 0, 1 + day));
}

function frequenciesOf(language: string): string {
  const counts = new Map<string, number>();
  let total = 0;
  for (const name of namesIn(language)) {
    for (const letter of name.normalize('NFC').toLowerCase()) {
      if (letter < '\x80' || !/[\p{L}\p{M}]/u.test(letter) || letter.length > 1) continue;
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
      total++;
    }
  }
  return [...counts]
    .map(([letter, count]) => ({ letter, level: Math.max(1, Math.round(-Math.log(count / total))) }))
    .filter(({ level }) => level <= MAX_LEVEL)
    .sort((a, b) => a.level - b.level || (a.letter < b.letter ? -1 : 1))
    .map(({ letter, level }) => letter + level)
    .join('');
}

const lines = LANGUAGES.map((language) => `  '${language}': '${frequenciesOf(language)}',`);
writeFileSync(
  join(import.meta.dirname, '../src/encoding/letter-frequencies.ts'),
  [
    '// Written by calibration/letter-frequencies.ts.',
    '',
    '/**',
    ' * Per language: letters outside of ASCII, each with its level, 1 to 9. Of such letters in a text, one in e^level is this one, in either case.',
    ' */',
    'export const LETTER_FREQUENCIES: Readonly<Record<string, string>> = {',
    ...lines,
    '};',
    '',
  ].join('\n'),
);
