import { CONFIG, type Config } from '@app/config';
import { ServiceUnavailable } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { hash, type Options, verify } from '@node-rs/argon2';
import { canonicalPassword } from './canonical.js';

/** Hashes that may wait for a thread. At 20 ms each and two at once, the last of them waits for 5 s. */
export const MOST_WAITING = 500;

/** argon2id (the library's default variant) with OWASP's second recommendation: two passes over 19 MiB, some 20 ms of one core. */
@Injectable()
export class Passwords {
  private readonly options: Options;
  private readonly decoy: Promise<string>;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly mostRunning: number;

  constructor(@Inject(CONFIG) config: Config) {
    this.options = {
      memoryCost: config.PASSWORD_HASH_MEMORY_KIB,
      timeCost: 2,
      parallelism: 1,
    };
    // Node writes files and looks up names with the same threads. 150 logins at once would stop both.
    this.mostRunning = Math.max(1, Math.floor(config.UV_THREADPOOL_SIZE / 2));
    this.decoy = hash('no account has this password', this.options);
  }

  /** @throws ServiceUnavailable while too many other hashes wait */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(canonicalPassword(password), this.options));
  }

  /**
   * Whether `password` matches the hash `stored`. For an unknown account (null) the answer is false and takes as long.
   * @throws ServiceUnavailable while too many other hashes wait
   */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const against = stored ?? (await this.decoy);
    const matched = await this.inTurn(() => verify(against, canonicalPassword(password)));
    return matched && stored !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.mostRunning) this.running += 1;
    else {
      if (this.waiting.length >= MOST_WAITING) throw new ServiceUnavailable();
      // A hash that ends passes its place to the next one, so `running` stays the same.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
