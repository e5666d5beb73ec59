import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { growth } from '../support/growth.js';

export interface Expression {
  file: string;
  source: string;
  flags: string;
}

/** Sources whose regular expressions meet texts of clients: of all processes, but not of the page, which meets those of its own user. */
const FOLDERS = ['apps/api', 'apps/worker', 'libs'];

/** The literals of regular expressions in the sources. Those that `new RegExp` makes of parts are tested beside their modules. */
export function expressionsOf(root: string): Expression[] {
  const files = FOLDERS.flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }) as string[]).map((name) =>
      join(folder, name),
    ),
  ).filter((name) => /\/src\/.*(?<!\.spec)\.ts$/.test(`/${name}`) && !name.includes('node_modules'));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
    const found: Expression[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1).replace('g', '') });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** A part of a pattern: an escape, a class, a character or an operator. */
const ATOM =
  /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\\D|\[(?:[^\]\\]|\\.)*\]|\{\d+(?:,\d*)?\}|\(\?(?:<?[=!]|:)|[\s\S]/gi;

/** A character of each kind that patterns ask for. */
const SAMPLES = [...'aAzZ01 9\n\r\t\0éÉпא\u0301_-.,:;=?!*"\'`/\\@%<>{}[]()#&$€~+TH'];

const isLiteral = (atom: string) => /^(?:[^\\[{().|*+?^$]|\\[^\w])$/.test(atom);
const isOperator = (atom: string) => /^(?:\{\d|[()|*+?^$])/.test(atom);

/** Texts whose repetition may make an expression try one place after another: its own characters and words, alone and in pairs. */
function pumpsOf({ source, flags }: Expression): { pumps: string[]; words: string[] } {
  const atoms = [...source.matchAll(ATOM)].map(([atom]) => atom);
  const patterns = [...new Set(atoms.filter((atom) => !isOperator(atom)))].flatMap((atom) => {
    try {
      return [new RegExp(`^(?:${atom})$`, flags)];
    } catch {
      return [];
    }
  });
  // Characters that all atoms treat alike are one.
  const kinds = new Map<string, string>();
  for (const sample of SAMPLES) {
    const kind = patterns.map((pattern) => Number(pattern.test(sample))).join('');
    if (kind.includes('1') && !kinds.has(kind)) kinds.set(kind, sample);
  }
  const words: string[] = [];
  let word = '';
  for (const atom of [...atoms, '{0}']) {
    if (isLiteral(atom)) word += atom.replace(/^\\/, '');
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  const parts = [...new Set([...kinds.values(), ...words.filter(({ length }) => length > 1)])].slice(0, 14);
  const pairs = parts.flatMap((one) => parts.filter((other) => other !== one).map((other) => one + other));
  return { pumps: [...parts, ...pairs, words.join('')].filter((pump) => pump !== ''), words };
}

/** Long enough to tell a quadratic search from a linear one. */
const SCREENED_LENGTH = 3_000;
/** Of SCREENED_LENGTH characters. A linear search takes some 0.03 ms, a quadratic one 1 ms and more. */
const SUSPICIOUS_MS = 0.4;
/** Hundreds of quick searches take less. An exponential one never ends, and a cubic one not before. */
const LONGEST_MS = 5_000;
/** Eight times SCREENED_LENGTH. Headers and parameters have up to 16 KiB, texts in bodies up to 64 KiB. */
const ATTACK_LENGTH = 24_000;

const textOf = ([prefix, pump, suffix]: Attack, length: number) =>
  prefix + pump.repeat(Math.ceil(length / pump.length)).slice(0, length) + suffix;

export type Attack = [prefix: string, pump: string, suffix: string];

/**
 * The attacks that take an expression much longer than others do, worst first. The search runs in a context of its own, which ends an
 * expression that would not end.
 */
export function suspicious(expression: Expression): Attack[] {
  const { pumps, words } = pumpsOf(expression);
  const prefixes = ['', ...new Set(words.slice(0, 3))];
  const attacks = pumps.flatMap((pump) =>
    prefixes.flatMap((prefix) => ['', '\0', '\n'].map((suffix): Attack => [prefix, pump, suffix])),
  );
  const found: Attack[] = [];
  const state = {
    now: () => performance.now(),
    attacks,
    textOf,
    found,
    at: undefined as Attack | undefined,
    ...expression,
  };
  const script = `
    const expression = new RegExp(source, flags);
    const timeOf = (text) => {
      const started = now();
      expression.lastIndex = 0;
      expression.test(text);
      return now() - started;
    };
    for (const attack of attacks) {
      at = attack;
      const isSlow = (length) => {
        const text = textOf(attack, length);
        return timeOf(text) > ${SUSPICIOUS_MS} && timeOf(text) > ${SUSPICIOUS_MS};
      };
      if ([20, 60, 200, 600, ${SCREENED_LENGTH}].map(isSlow).at(-1)) found.push(attack);
    }`;
  const context = createContext(state) as typeof state;
  inTime(script, context, () => context.at!);
  return found;
}

/** Ends an expression that would not end by itself. @throws Endless */
function inTime(script: string, context: object, attack: () => Attack): unknown {
  try {
    return runInContext(script, context, { timeout: LONGEST_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Endless(attack());
  }
}

/** An expression did not end. */
export class Endless extends Error {
  constructor(readonly attack: Attack) {
    super(`does not end on ${JSON.stringify(attack)}`);
  }
}

/** How many times as long an expression takes for eight times the text. @throws Endless */
export function growthUnder({ source, flags }: Expression, attack: Attack): number {
  const expression = new RegExp(source, flags);
  const measure = () =>
    growth((length) => {
      expression.lastIndex = 0;
      expression.test(textOf(attack, length));
    }, ATTACK_LENGTH);
  return inTime('measure()', createContext({ measure }), () => attack) as number;
}
