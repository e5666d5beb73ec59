import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** zxcvbn's scale is 0 to 4; from 2 on a password withstands some 10^6 guesses and more. */
const WEAKEST_SCORE = 2;

/**
 * A longer password is judged by its beginning. The estimator holds up the event loop, and whoever registers chooses for how
 * long: with the default substitutions, 64 characters made up for it took 0.7 s; 32 with these few take 25 ms at worst.
 */
const JUDGED_CHARACTERS = 32;

/** Tells weak passwords from good ones. No composition rules (NIST SP 800-63B): weak is what is guessed early. */
@Injectable()
export class PasswordStrength implements OnModuleInit {
  private estimator!: ZxcvbnFactory;

  async onModuleInit(): Promise<void> {
    this.estimator = await loadEstimator();
  }

  /**
   * What is wrong with a password, in words for its owner, or null when it will do. Guessed early are common passwords, words,
   * names, dates, keyboard rows, and what the account itself tells (`known`).
   */
  weakness(password: string, known: string[]): string | null {
    const { score, feedback } = this.estimator.check(password.slice(0, JUDGED_CHARACTERS), known);
    if (score >= WEAKEST_SCORE) return null;
    return feedback.warning || 'This password is too easy to guess. Take a longer one, of several unusual words.';
  }
}

/** Its dictionaries take some 37 MB. A static import would load them into the worker as well, which judges no passwords. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    // Of the ways to read `4` as `a` and `$` as `s`, the likeliest. All hundred of the default took twenty times as long.
    l33tMaxSubstitutions: 4,
  });
}
