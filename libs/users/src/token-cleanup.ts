import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';

const EVERY_MS = 3_600_000;
const AT_A_TIME = 5_000;

/** Removes expired tokens once an hour. They let nobody in as it is; this only keeps the table small. */
@Injectable()
export class TokenCleanup implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(TokenCleanup.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tokens: TokensRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.clean(), EVERY_MS);
    void this.clean();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async clean(): Promise<void> {
    try {
      while ((await this.tokens.deleteExpired(AT_A_TIME)) === AT_A_TIME);
    } catch (error) {
      this.log.warn({ err: error }, 'Expired tokens could not be removed');
    }
  }
}
