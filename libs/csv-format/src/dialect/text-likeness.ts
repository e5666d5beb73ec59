/** The least and the most that one comparison of one column says, as log-odds. */
const LIMIT = 3;

/** Values of a column that a text is compared with. */
const VALUES = 64;
/** How much of a text is looked at. */
const LENGTH = 60;

/**
 * How unlike the texts of a column another text is. Each answer is a log-likelihood ratio: above 0 where the text is more likely a name of the
 * column than one of its values.
 */
export class TextLikeness {
  private readonly values: readonly string[];
  private readonly styles: readonly Style[];

  /** @param values the filled cells of the column, trimmed */
  constructor(values: readonly string[]) {
    this.values = values.slice(0, VALUES).map((value) => value.slice(0, LENGTH));
    this.styles = this.values.map(styleOf);
  }

  /** By how texts of this spelling are in names, against how many of the values are spelled so. */
  style(text: string): number {
    const style = styleOf(text.slice(0, LENGTH));
    const same = this.styles.filter((other) => other === style).length;
    const share = (same + 2 * STYLES[style].ofValues) / (this.styles.length + 2);
    // Whoever writes values in small letters often writes names so.
    const alike = style === 'sentence' || style === 'digits' ? 0.1 : 0.4;
    return clamp(Math.log((alike * share + (1 - alike) * STYLES[style].ofNames) / share));
  }

  /** By whether the values repeat each other's words, and the text repeats none of them. */
  words(text: string): number {
    const counts = new Map<string, number>();
    const perValue = this.values.map(wordsOf);
    for (const words of perValue) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const repeats = (words: ReadonlySet<string>, own: number): boolean =>
      [...words].some((word) => (counts.get(word) ?? 0) > own);
    const repeating = perValue.filter((words) => repeats(words, 1)).length;
    const share = (repeating + 0.5) / (perValue.length + 1);
    const doesRepeat = repeats(wordsOf(text), 0);
    return clamp(doesRepeat ? Math.log(0.06 / share) : Math.log(0.94 / (1 - share)));
  }

  /**
   * By its pairs of characters: where the text stands among the values, when each is judged by the pairs of the other values. A value stands
   * anywhere with the same probability, a name mostly last.
   */
  characters(text: string): number {
    const values = [...new Set(this.values)];
    if (values.length < 3) return 0;
    const counts = new Uint16Array(PAIRS);
    let total = 0;
    for (const value of values) {
      eachPair(value, (pair) => counts[pair]!++);
      total += value.length + 1;
    }
    const surprise = (value: string, own: number): number => {
      let sum = 0;
      eachPair(value, (pair) => {
        sum -= Math.log((Math.max(0, counts[pair]! - own) + 0.2) / (total + 100));
      });
      return sum / (value.length + 1);
    };
    const found = surprise(text.slice(0, LENGTH), 0);
    const behind = values.filter((value) => surprise(value, 1) >= found).length;
    const share = (behind + 1) / (values.length + 1);
    // Of names four of five stand behind all values but 8 %, if there are many values, and the others anywhere.
    const last = Math.max(0.08, 1 / (values.length + 1));
    const behindAll = last + ((1 - last) * 0.8 * values.length) / (values.length + 8);
    return clamp(Math.log(share <= last ? behindAll / last : (1 - behindAll) / (1 - last)));
  }
}

const PAIRS = 4096;

function eachPair(text: string, see: (pair: number) => void): void {
  let before = 1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 2;
    // Digits are alike: a number in a code says nothing.
    const character = code >= 0x30 && code <= 0x39 ? 0x30 : code;
    see((before * 67 + character) & (PAIRS - 1));
    before = character;
  }
}

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/\p{L}{3,}/gu) ?? []);

export type Style = keyof typeof STYLES;

/** How often names and values are spelled so: estimates. Where a column's values are known, they count more. */
const STYLES = {
  lower: { ofNames: 0.26, ofValues: 0.12 },
  lowerWords: { ofNames: 0.08, ofValues: 0.06 },
  capital: { ofNames: 0.18, ofValues: 0.17 },
  capitalWords: { ofNames: 0.15, ofValues: 0.17 },
  upper: { ofNames: 0.09, ofValues: 0.1 },
  camel: { ofNames: 0.06, ofValues: 0.02 },
  digits: { ofNames: 0.07, ofValues: 0.16 },
  sentence: { ofNames: 0.02, ofValues: 0.13 },
  other: { ofNames: 0.09, ofValues: 0.07 },
} as const;

/** How a text is spelled. */
export function styleOf(text: string): Style {
  if (/[.!?]$|, |\s\S+(?:\s+\S+){3}/.test(text)) return 'sentence';
  if (/\p{N}/u.test(text)) return 'digits';
  if (/^[\p{Ll}\p{M}_-]+$/u.test(text)) return 'lower';
  if (/^[\p{Lu}_ -]+$/u.test(text)) return 'upper';
  if (/^\p{Lu}[\p{Ll}\p{M}]+$/u.test(text)) return 'capital';
  if (/^\p{L}[\p{Ll}\p{M}]*(\p{Lu}[\p{Ll}\p{M}]+)+$/u.test(text)) return 'camel';
  if (/^[\p{Ll}\p{M}]+([ _-][\p{Ll}\p{M}]+)+$/u.test(text)) return 'lowerWords';
  if (/^\p{Lu}[\p{L}\p{M}'’.]*([ -][\p{L}\p{M}'’.]+)+$/u.test(text)) return 'capitalWords';
  return 'other';
}

const clamp = (value: number): number => Math.max(-LIMIT, Math.min(LIMIT, value));
