import { ValidationFailed } from '@app/problems';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { localPart } from './canonical.js';
import type { RegisterDto } from './dto/register.dto.js';

/** zxcvbn's scale is 0 to 4. A score of 2 stands for at least 10^6 guesses. */
const MIN_SCORE = 2;

/**
 * Only the first characters of a password are rated, because the estimator blocks the event loop and a client can choose a slow
 * password. The slowest 64 characters took 0.7 s with the default substitutions; 32 take at most 25 ms with the ones below.
 */
const RATED_CHARACTERS = 32;

/** Finds weak passwords: those that are easy to guess. There are no composition rules (NIST SP 800-63B). */
@Injectable()
export class PasswordStrength implements OnModuleInit {
  private estimator!: ZxcvbnFactory;

  async onModuleInit(): Promise<void> {
    this.estimator = await loadEstimator();
  }

  /** @throws ValidationFailed with `pointer` for a password that is easy to guess, also from what is known of its owner. */
  require(password: string, { email, username, full_name }: Owner, pointer: string): void {
    const known = [email, localPart(email), username, full_name].filter((text) => typeof text === 'string');
    const weakness = this.weakness(password, known);
    if (weakness) throw new ValidationFailed({}, { errors: [{ pointer, detail: weakness }] });
  }

  /**
   * Easy to guess are common passwords, words, names, dates, keyboard rows, and the account's own data (`known`).
   * @returns a sentence that tells the user what is wrong, or null for a good password.
   */
  weakness(password: string, known: string[]): string | null {
    const { score, feedback } = this.estimator.check(password.slice(0, RATED_CHARACTERS), known);
    if (score >= MIN_SCORE) return null;
    return feedback.warning || 'This password is too easy to guess. Choose a longer one with several unusual words.';
  }
}

/** What others may know of the owner of an account. */
type Owner = Pick<RegisterDto, 'email' | 'username' | 'full_name'>;

/** The dictionaries take some 37 MB. They are imported when the api starts, so that no other process loads them. */
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
    // The four likeliest substitutions, such as `4` for `a` and `$` for `s`. The default of a hundred took twenty times as long.
    l33tMaxSubstitutions: 4,
  });
}
