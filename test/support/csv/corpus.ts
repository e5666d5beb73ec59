import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEWLINES } from '@app/csv-format';
import { z } from 'zod';

/** A test file and what is expected of it. */
export interface CorpusFile<Expected> {
  /** Its path in the corpus without an ending, such as `quotes/inches`. */
  name: string;
  content: Buffer;
  expected: Expected;
}

const CSV = '.csv';
const EXPECTED = '.expected.json';

/** How a file is expected to be read. What the JSON leaves out is usual: RFC 4180 with LF and a header. */
export const expectedDialect = z.strictObject({
  delimiter: z.string().min(1).max(4).default(','),
  quote: z.string().max(1).default('"'),
  escape: z.string().max(1).default('"'),
  newline: z.enum(NEWLINES).default('lf'),
  has_header: z.boolean().default(true),
  preamble_lines: z.int().nonnegative().default(0),
  decimal: z.enum(['.', ',']).default('.'),
  thousands: z.string().default(''),
  trim: z.boolean().default(false),
  comment: z.string().default(''),
});

/**
 * Reads each `<name>.expected.json` in a folder and its subfolders, with the `<name>.csv` beside it. A file that is too large
 * to be stored has no `.csv` but a `content` in the JSON, which says how the file is made.
 *
 * @throws Error that names the file, if a file has no expectation, an expectation has no file, or the JSON is not of the schema
 */
export function loadCorpus<Expected>(folder: string, schema: z.ZodType<Expected>): CorpusFile<Expected>[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const names = (ending: string) =>
    paths.filter((path) => path.endsWith(ending)).map((path) => path.slice(0, -ending.length));

  const expected = names(EXPECTED);
  for (const name of names(CSV))
    if (!expected.includes(name)) throw new Error(`${name}${CSV} has no ${name}${EXPECTED}.`);
  if (expected.length === 0) throw new Error(`${folder} has no ${EXPECTED} files.`);
  return expected.map((name) => {
    try {
      const { content, ...expectation } = z.looseObject({}).parse(expand(readJson(join(folder, name + EXPECTED))));
      return { name, content: contentOf(join(folder, name + CSV), content), expected: schema.parse(expectation) };
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      throw new Error(`${name}${EXPECTED}: ${reason}`, { cause: error });
    }
  });
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function contentOf(path: string, made: unknown): Buffer {
  if (existsSync(path) === (made !== undefined)) throw new Error(`There must be either a ${CSV} file or "content".`);
  return made === undefined ? readFileSync(path) : Buffer.from(z.string().parse(made));
}

const repetition = z.strictObject({ repeat: z.int().positive(), of: z.array(z.unknown()).nonempty() });
const counter = z.strictObject({ from: z.int(), step: z.int().positive().default(1) });
const textPart = z.union([z.string(), z.number()]);
const joined = z.strictObject({ text: z.array(z.unknown()).nonempty() });

/**
 * Writes out what the JSON abbreviates:
 * - `{ "repeat": 3, "of": [a, b] }` in a list stands for a, b, a, b, a, b
 * - `{ "from": 10, "step": 5 }` in the list of a repetition is 10 the first time, then 15, then 20; the step is 1 if left out
 * - `{ "text": ["a", 1] }` is the string "a1"
 *
 * @param pass how often the innermost repetition around the value has been written before
 */
function expand(value: unknown, pass = 0): unknown {
  if (Array.isArray(value)) return value.flatMap((element) => expandElement(element, pass));
  if (value === null || typeof value !== 'object') return value;
  if ('from' in value) {
    const { from, step } = counter.parse(value);
    return from + pass * step;
  }
  if ('text' in value) return textOf(joined.parse(value).text, pass);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner, pass)]));
}

function expandElement(element: unknown, pass: number): unknown[] {
  if (!isRepetition(element)) return [expand(element, pass)];
  const { repeat, of } = repetition.parse(element);
  return Array.from({ length: repeat }, (_, i) => expand(of, i) as unknown[]).flat();
}

/** Apart from lists because a text may be a million repetitions of one character. */
function textOf(parts: unknown[], pass: number): string {
  const texts = parts.map((part) => {
    if (!isRepetition(part)) return textPart.parse(expand(part, pass));
    const { repeat, of } = repetition.parse(part);
    if (of.every((inner) => typeof inner === 'string')) return of.join('').repeat(repeat);
    return Array.from({ length: repeat }, (_, i) => textOf(of, i)).join('');
  });
  return texts.join('');
}

const isRepetition = (value: unknown): boolean => value !== null && typeof value === 'object' && 'repeat' in value;
