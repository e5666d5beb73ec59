import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Refusal } from '../../scripts/processes/refusal.js';

/** The arguments of a benchmark. @throws Refusal with the usage for an argument that does not exist. */
export function readArguments<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch {
    throw new Refusal(usage);
  }
}

/** Reads whole numbers such as `1000000` and `1_000_000`. */
export const wholeNumber =
  (usage: string, { min = 1 } = {}) =>
  (text: string): number => {
    const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
    if (!(value >= min)) throw new Refusal(usage);
    return value;
  };
