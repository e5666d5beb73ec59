import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { Random } from '../calibration/random.js';
import { makeFile } from '../calibration/tables.js';
import { detectFile } from '../src/index.js';

/** Below this confidence something is said, by the contract. */
const LIMIT = 0.9;
const FILES = 250;
/** A second header is seen, and is no guess. */
const tellsGuess = ({ code }: { code: string }): boolean => code !== 'second_header';

/** Encodings, with letters of a language that is written in them. */
const ENCODINGS: readonly (readonly [encoding: string, letters: string])[] = [
  ['utf-8', 'äéöüß'],
  ['utf-16le', ''],
  ['utf-16be', 'äöü'],
  ['windows-1252', 'äéöüß'],
  ['windows-1250', 'ąćłśž'],
  ['koi8-r', 'аеинот'],
  ['shift_jis', 'あかさたな東京'],
  ['gb18030', '的人我国中北京'],
];

/** A text in which few letters are foreign, as in a short file that leaves the encoding open. */
function withLetters(text: string, letters: string, random: Random): string {
  if (letters === '') return text.normalize('NFD').replace(/[^\p{ASCII}]/gu, '');
  const share = random.pick([0.005, 0.05, 0.5]);
  return text.replace(/[a-z]/g, (letter) => (random.chance(share) ? random.pick([...letters]) : letter));
}

describe('doubt', { timeout: 120_000 }, () => {
  it.each(ENCODINGS)('about a file in %s is told wherever the confidence is low', async (encoding, letters) => {
    const random = new Random(31);
    let low = 0;
    for (let file = 0; file < FILES; file++) {
      const text = withLetters(makeFile(random, 0.5, true).text, letters, random);
      const bytes = iconv.encode(text, encoding, { addBOM: false });
      const { dialect, warnings } = await detectFile(chunks(bytes));
      if (dialect.confidence >= LIMIT) continue;
      low++;
      expect(warnings.filter(tellsGuess), `${dialect.confidence} in ${dialect.encoding}: ${text}`).not.toEqual([]);
    }
    expect(low).toBeGreaterThan(FILES / 20);
  });

  it('about the encoding is told where only it makes the whole doubtful', async () => {
    const rows = Array.from({ length: 3 }, (_, row) => `${row},Ann,2024-01-0${row + 1}\n`).join('');
    for (const text of [`id,name,day\n${rows}4,Zoë,2024-02-01\n`, `id,name,day\n1,Zoë,2024-02-01\n`]) {
      const { dialect, warnings } = await detectFile(chunks(iconv.encode(text, 'windows-1252')));
      expect(dialect).toMatchObject({ encoding: 'windows-1252' });
      const codes = warnings.map(({ code }) => code);
      expect(codes.includes('encoding_uncertain')).toBe(dialect.confidence < LIMIT);
    }
  });

  it.each([
    ['Łukasz', 'windows-1250'],
    ['Győr', 'windows-1250'],
    ['Erdős', 'windows-1250'],
  ])('about the encoding is told where %s may be a word of Western Europe', async (word, encoding) => {
    const names = ['Smith', 'Lee', 'Brown', 'Roe', word, 'Fox', 'Hill', 'Wood'];
    const text = `id;name;amount\n${names.map((name, i) => `${i};${name};${1000 + i * 7}\n`).join('')}`;
    const { warnings } = await detectFile(chunks(iconv.encode(text, encoding)));
    expect(warnings).toMatchObject([{ code: 'encoding_uncertain', first_line: 6 }]);
  });

  it.each([['São Paulo'], ['Conceição'], ['Müller'], ['Forlì']])(
    'about the encoding is none where a single word is %s',
    async (word) => {
      const names = ['Smith', 'Lee', 'Brown', 'Roe', word, 'Fox', 'Hill', 'Wood'];
      const text = `id;name;amount\n${names.map((name, i) => `${i};${name};${1000 + i * 7}\n`).join('')}`;
      const { dialect, warnings } = await detectFile(chunks(iconv.encode(text, 'windows-1252')));
      expect(dialect.encoding).toBe('windows-1252');
      expect(warnings).toEqual([]);
    },
  );

  it('about words that are UTF-8 in a file of another encoding is told at the first of them', async () => {
    const line = (row: number): string => `${row};Jürgen Müßig;Köln\n`;
    const lines = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => line(from + i)).join('');
    const bytes = Buffer.concat([
      iconv.encode(`nr;name;ort\n${lines(0, 60)}`, 'windows-1252'),
      Buffer.from(lines(60, 70)),
      iconv.encode(lines(70, 100), 'windows-1252'),
    ]);
    const { dialect, warnings } = await detectFile(chunks(bytes));
    expect(dialect).toMatchObject({ encoding: 'windows-1252', delimiter: ';' });
    expect(dialect.confidence).toBeLessThan(LIMIT);
    expect(warnings).toMatchObject([
      { code: 'encoding_uncertain', first_line: 62, message: expect.stringContaining('UTF-8') },
    ]);
  });

  it('is none about a clean table in UTF-16 without a mark', async () => {
    const text = `id;name;day\n${Array.from({ length: 30 }, (_, row) => `${row};Ann ${row};2024-01-${(row % 20) + 10}\n`).join('')}`;
    const { dialect, warnings } = await detectFile(chunks(Buffer.from(text, 'utf16le')));
    expect(dialect).toMatchObject({ encoding: 'utf-16le', delimiter: ';' });
    expect(dialect.confidence).toBeGreaterThan(LIMIT);
    expect(warnings).toEqual([]);
  });
});

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
