import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { SCRIPTS } from './scripts.js';

const EAST_ASIAN = SCRIPTS.length;
const ALL_SCRIPTS = [...SCRIPTS, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u];
/** Words of East Asian encodings are UTF-8 by chance now and then; hardly three of them, in such letters. */
const MORE_THAN_CHANCE = 3;

/** The script that most letters beyond ASCII have; -1 without any. */
function scriptOf(text: string): number {
  const counts = ALL_SCRIPTS.map(() => 0);
  for (const character of text) {
    if (character < '\x80') continue;
    const script = ALL_SCRIPTS.findIndex((letters) => letters.test(character));
    if (script >= 0) counts[script]!++;
  }
  const most = Math.max(...counts);
  return most > 0 ? counts.indexOf(most) : -1;
}

/**
 * The words that are UTF-8 in a text of another encoding, as where files were joined. In that encoding they would be `mÃ¼ller`: well-formed
 * as UTF-8, and then of letters of the script that the other words have.
 * @param words with high bytes, each once
 */
export function utf8Words(words: readonly Buffer[], encoding: string): Buffer[] {
  const others = words.filter((word) => !isUtf8(word));
  if (others.length === 0 || others.length === words.length) return [];
  const script = scriptOf(others.map((word) => iconv.decode(word, encoding)).join(' '));
  const found = words.filter((word) => isUtf8(word) && isOfScript(word.toString(), script));
  return found.length >= (script === EAST_ASIAN ? MORE_THAN_CHANCE : 1) ? found : [];
}

/** Whether all letters of a word beyond ASCII are of the script, and it has some. */
function isOfScript(word: string, script: number): boolean {
  const letters = [...word].filter((character) => character >= '\x80' && /\p{L}/u.test(character));
  return letters.length > 0 && letters.every((letter) => ALL_SCRIPTS[script]?.test(letter));
}
