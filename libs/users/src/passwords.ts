import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { hash, type Options, verify } from '@node-rs/argon2';

/** argon2id (the library's default variant) with OWASP's second recommendation: two passes over 19 MiB, some 20 ms of one core. */
@Injectable()
export class Passwords {
  private readonly options: Options;
  private readonly decoy: Promise<string>;

  constructor(@Inject(CONFIG) config: Config) {
    this.options = {
      memoryCost: config.PASSWORD_HASH_MEMORY_KIB,
      timeCost: 2,
      parallelism: 1,
    };
    this.decoy = hash('no account has this password', this.options);
  }

  hash(password: string): Promise<string> {
    return hash(password, this.options);
  }

  /** Whether `password` matches the hash `stored`. For an unknown account (null) the answer is false and takes as long. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const matched = await verify(stored ?? (await this.decoy), password);
    return matched && stored !== null;
  }
}
