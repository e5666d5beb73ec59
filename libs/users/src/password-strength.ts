import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

const estimator = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
  // Of the ways to read `4` as `a` and `$` as `s`, the likeliest. All hundred of the default took twenty times as long.
  l33tMaxSubstitutions: 4,
});

/** zxcvbn's scale is 0 to 4; from 2 on a password withstands some 10^6 guesses and more. */
const WEAKEST_SCORE = 2;

/**
 * A longer password is judged by its beginning. The estimator holds up the event loop, and whoever registers chooses for how
 * long: with the default substitutions, 64 characters made up for it took 0.7 s; 32 with these few take 25 ms at worst.
 */
const JUDGED_CHARACTERS = 32;

/**
 * What is wrong with a password, in words for its owner, or null when it will do. No composition rules (NIST SP 800-63B): weak is
 * what is guessed early: common passwords, words, names, dates, keyboard rows, and what the account itself tells (`known`).
 */
export function passwordWeakness(password: string, known: string[]): string | null {
  const { score, feedback } = estimator.check(password.slice(0, JUDGED_CHARACTERS), known);
  if (score >= WEAKEST_SCORE) return null;
  return feedback.warning || 'This password is too easy to guess. Take a longer one, of several unusual words.';
}
