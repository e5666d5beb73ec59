import iconv from 'iconv-lite';
import { COMMON_CHARACTERS } from './common-characters.js';
import { HighByteSampler } from './high-byte-sampler.js';
import { LETTER_FREQUENCIES } from './letter-frequencies.js';
import { SCRIPTS } from './scripts.js';

/** The encodings that text which is no UTF-8 may have, with the log-odds of each before any text is seen. */
const CANDIDATES: readonly (readonly [encoding: string, prior: number])[] = [
  ['windows-1252', 0],
  ['windows-1250', -2.5],
  ['windows-1251', -2.5],
  ['windows-1253', -3],
  ['windows-1254', -3],
  ['windows-1255', -3],
  ['windows-1256', -3],
  ['windows-1257', -3.5],
  ['windows-1258', -4],
  ['iso-8859-15', -3],
  ['iso-8859-2', -3.5],
  ['iso-8859-3', -5.5],
  ['iso-8859-4', -5.5],
  ['iso-8859-5', -4.5],
  ['iso-8859-6', -4],
  ['iso-8859-7', -3.5],
  ['iso-8859-8', -4],
  ['iso-8859-9', -3.5],
  ['iso-8859-10', -6],
  ['iso-8859-13', -4.5],
  ['iso-8859-14', -6],
  ['iso-8859-16', -5.5],
  ['koi8-r', -3.5],
  ['koi8-u', -4],
  ['macintosh', -4.5],
  ['cp850', -5.5],
  ['cp437', -6],
  ['cp852', -5.5],
  ['cp866', -3.5],
  ['windows-874', -3.5],
  ['gb18030', -2.5],
  ['big5', -3],
  ['shift_jis', -2.5],
  ['euc-jp', -3],
  ['euc-kr', -2.5],
];

export interface EncodingJudgement {
  encoding: string;
  /** 0 to 1. */
  confidence: number;
}

/**
 * The encoding of text that is no UTF-8, by what each encoding makes of it: letters as often as in a language, capitals where they stand,
 * one script in a word, few signs. Encodings that read all of the text alike count as one, the most usual.
 * @param runs words that hold high bytes, as a HighByteSampler collects them
 */
export function judgeEncoding(runs: readonly Buffer[]): EncodingJudgement | null {
  return rankRuns(runs)[0] ?? null;
}

/** Encodings that are this unlikely are not named. */
const LEAST_CONFIDENCE = 0.001;

/** The encodings that text which is no UTF-8 may have, most likely first. @param text the file as it is, or its beginning */
export function rankEncodings(text: Buffer): EncodingJudgement[] {
  const sampler = new HighByteSampler();
  sampler.push(text);
  sampler.end();
  return rankRuns(sampler.runs).filter(({ confidence }) => confidence >= LEAST_CONFIDENCE);
}

function rankRuns(runs: readonly Buffer[]): EncodingJudgement[] {
  if (runs.length === 0) return [];
  const text = Buffer.concat(runs.flatMap((run) => [run, SPACE]));
  const byReading = new Map<string, { encoding: string; score: number; characters: number }>();
  for (const [encoding, prior] of CANDIDATES) {
    const decoded = iconv.decode(text, encoding);
    // The first encoding of equal readings is the most usual.
    if (byReading.has(decoded)) continue;
    const characters = [...decoded].filter((character) => character >= '\x80').length;
    const usual = encoding === 'windows-1252' && !FEW_LANGUAGES.test(decoded) ? WESTERN : 0;
    byReading.set(decoded, { encoding, score: prior + usual + scoreOf(decoded), characters });
  }
  const ranked = [...byReading.values()].sort((a, b) => b.score - a.score);
  const best = ranked[0]!;
  const odds = ranked.map(({ score }) => Math.exp((score - best.score) * SHARPNESS));
  const sum = odds.reduce((all, one) => all + one, 0);
  // Text that no encoding makes sense of is not right in the best of them either.
  const most = best.score / best.characters < NONSENSE ? 0.4 : 1;
  return ranked.map(({ encoding }, i) => ({ encoding, confidence: Math.min(most, odds[i]! / sum) }));
}

const SPACE = Buffer.from(' ');
/**
 * Letters of windows-1252 that only Icelandic, Faroese and the like have; Turkish has its own in their place. So have Hungarian in that of an õ
 * that no e follows, as it does in Portuguese, and Czech in that of ì and ù within a word, which Italian has at its end.
 */
const FEW_LANGUAGES = /[ðþý]|õ(?!e)|[ìù](?=\p{L})/iu;
/** What windows-1252 is more likely by, where all of its letters are of the larger languages of Western Europe. */
const WESTERN = 1.3;
/** Letters of one text are no independent evidence, so differences count less than they are. */
const SHARPNESS = 0.7;
/** A character of a language scores -1 to -7 on average; below this it is not the language that was meant, or no language. */
const NONSENSE = -8.5;

// Scores of a character, as logarithms of how often it is.
const NOT_TEXT = -11;
const RARE_SIGN = -9;
const USUAL_SIGN = -5;
/** Signs that word processors write, where they belong: an apostrophe in a word, quotes around it, a euro beside digits. */
const SIGN_IN_PLACE = -2.5;
/** A euro beside digits, and a mark between those of thousands: a column of amounts has them in every word. */
const SIGN_OF_AMOUNT = -1;
const FOREIGN_LETTER = -8;
const COMMON_IDEOGRAPH = -6.5;
const RARE_IDEOGRAPH = -10.5;
const RARE_HANGUL = -8;
// Penalties for letters that are each usual, but not so beside each other.
const MIXED_SCRIPTS = -4;
const CAPITAL_WITHIN = -4;
const CAPITAL = -0.7;
const ACCENTS_IN_A_ROW = -2;
/** What a word of another language than most costs. */
const OTHER_LANGUAGE = -3;
/** Languages with few such letters have each often; they are not more likely for that. */
const LEAST_LEVEL = 2;

const USUAL_SIGNS = new Set('°€£§²³½¼·…–—“”„‘’«»©®™×±µºª¿¡№\u00a0•´`、。・「」（）：；！？，《》％－');

/** Letters that are more usual in texts than in names, or in no list: loanwords and names in English. */
const MORE_LETTERS: Readonly<Record<string, string>> = {
  fr: 'œ5à2ù5',
  it: 'à1è2ò2ù2é3ì2',
  pt: 'à5',
  cy: 'ŵ2ŷ2â2ô3î3ê4',
  es: 'ü5',
  hu: 'ő2ű4',
  cs: 'ě2ř2ů3',
  en: 'é1è3ê4á3à4â4ä3å4ã4ç3í3ï3î4ñ3ó3ö3ô4õ4ø4ú3ü2û4æ4',
};

const LEVELS = [...new Set([...Object.keys(LETTER_FREQUENCIES), ...Object.keys(MORE_LETTERS)])].map((language) => {
  const levels = (LETTER_FREQUENCIES[language] ?? '') + (MORE_LETTERS[language] ?? '');
  const letters = new Map<string, number>();
  for (let at = 0; at + 1 < levels.length; at += 2)
    letters.set(levels[at]!, -Math.max(LEAST_LEVEL, Number(levels[at + 1])));
  for (const character of COMMON_CHARACTERS[language as keyof typeof COMMON_CHARACTERS] ?? '')
    if (!letters.has(character)) letters.set(character, COMMON_IDEOGRAPH);
  return letters;
});

/** The score of a text in the language that suits it best, where single words may be of others. */
function scoreOf(text: string): number {
  const totals = new Array<number>(LEVELS.length).fill(0);
  let shared = 0;
  for (const word of text.split(' ')) {
    if (word === '') continue;
    shared += formScore(word);
    const lower = [...word.toLowerCase()].filter((character) => character >= '\x80');
    const scores = LEVELS.map((letters) => lower.reduce((sum, character) => sum + letterScore(letters, character), 0));
    const bestOfAny = Math.max(...scores) + OTHER_LANGUAGE;
    scores.forEach((score, language) => {
      totals[language]! += Math.max(score, bestOfAny);
    });
  }
  return shared + Math.max(...totals);
}

function letterScore(letters: ReadonlyMap<string, number>, character: string): number {
  const known = letters.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0)!;
  if (code === 0xfffd || (code >= 0x80 && code < 0xa0) || (code >= 0xe000 && code < 0xf900)) return NOT_TEXT;
  if (USUAL_SIGNS.has(character)) return USUAL_SIGN;
  if (code >= 0x4e00 && code < 0xa000) return RARE_IDEOGRAPH;
  if (code >= 0xac00 && code < 0xd7a4) return RARE_HANGUL;
  // Half-width katakana: single bytes in Shift_JIS, which other encodings have in pairs.
  if (code >= 0xff61 && code < 0xffa0) return RARE_SIGN;
  return /[\p{L}\p{M}]/u.test(character) ? FOREIGN_LETTER : RARE_SIGN;
}

const scriptOf = (character: string): number => SCRIPTS.findIndex((script) => script.test(character));

/** What the letters of a word say by their order: scripts, capitals, accents in a row. */
function formScore(word: string): number {
  const characters = [...word];
  let score = 0;
  let previousScript = -1;
  for (const [i, character] of characters.entries()) {
    const script = scriptOf(character);
    const before = characters[i - 1] ?? '';
    if (script >= 0 && previousScript >= 0 && script !== previousScript) score += MIXED_SCRIPTS;
    const isHigh = character >= '\x80';
    const isCapital = isHigh && character !== character.toLowerCase();
    if (isCapital) {
      const isWithin = before !== '' && before !== before.toUpperCase();
      score += isWithin ? CAPITAL_WITHIN : CAPITAL;
    }
    // ABcd: small behind several capitals, as where cases are swapped.
    if (isHigh && character !== character.toUpperCase() && i > 0 && before !== before.toLowerCase() && i > 1)
      score += CAPITAL_WITHIN / 2;
    if (script === 0 && isHigh && before >= '\x80' && scriptOf(before) === 0) score += ACCENTS_IN_A_ROW;
    if (isInPlace(character, before, characters[i + 1] ?? ''))
      score += (isOfAmount(character, before) ? SIGN_OF_AMOUNT : SIGN_IN_PLACE) - USUAL_SIGN;
    // A sign within a word.
    else if (
      isHigh &&
      script < 0 &&
      !/[\p{L}\p{M}]/u.test(character) &&
      /\p{L}/u.test(before) &&
      /\p{L}/u.test(characters[i + 1] ?? '')
    )
      score += MIXED_SCRIPTS;
    if (/\p{L}/u.test(character)) previousScript = script;
    else if (!/\p{M}/u.test(character)) previousScript = -1;
  }
  return score;
}

/** The end of a run, or a sign such as `;` that parts cells within it. */
const isEdge = (character: string): boolean => character < '\x80' && !/[A-Za-z0-9]/.test(character);

const isOfAmount = (sign: string, before: string): boolean =>
  sign === '€' || (THOUSANDS.includes(sign) && /\d/.test(before));
/** Marks between groups of digits that windows-1252 has beyond ASCII. */
const THOUSANDS = '\u00a0’';

const isInPlace = (sign: string, before: string, after: string): boolean => {
  if (THOUSANDS.includes(sign) && /\d/.test(before)) return /\d/.test(after);
  if (sign === '’') return /\p{L}/u.test(before);
  if ('“‘„«'.includes(sign)) return isEdge(before) && !isEdge(after);
  if ('”»'.includes(sign)) return !isEdge(before) && !/\p{L}/u.test(after);
  // In windows-1252 the Polish name Łukasz begins with a pound.
  if ('€£'.includes(sign) && /\p{L}/u.test(after)) return false;
  if ('€£°'.includes(sign)) return isEdge(before) || /\d/.test(before) || /\d/.test(after);
  return (sign === '–' || sign === '—' || sign === '…') && (isEdge(before) || isEdge(after));
};
