import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

const estimator = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

/** zxcvbn's scale is 0 to 4; from 2 on a password withstands some 10^6 guesses and more. */
const WEAKEST_SCORE = 2;

/** The estimator's time grows with the length, and a password this long is judged by its beginning. */
const JUDGED_CHARACTERS = 64;

/**
 * What is wrong with a password, in words for its owner, or null when it will do. No composition rules (NIST SP 800-63B): weak is
 * what is guessed early: common passwords, words, names, dates, keyboard rows, and what the account itself tells (`known`).
 */
export function passwordWeakness(password: string, known: string[]): string | null {
  const { score, feedback } = estimator.check(password.slice(0, JUDGED_CHARACTERS), known);
  if (score >= WEAKEST_SCORE) return null;
  return feedback.warning || 'This password is too easy to guess. Take a longer one, of several unusual words.';
}
