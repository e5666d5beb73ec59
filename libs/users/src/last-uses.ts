import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';

const FLUSH_EVERY_MS = 60_000;

/** Remembers when tokens were used and writes it once a minute, so that reading costs no write. */
@Injectable()
export class LastUses implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(LastUses.name);
  private uses = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tokens: TokensRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  note(tokenHash: string): void {
    this.uses.set(tokenHash, Date.now());
  }

  /** Uses that cannot be written are dropped: they are a courtesy, and the next minute brings new ones. */
  async flush(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = [...this.uses].map(([hash, at]) => ({ tokenHash: Buffer.from(hash, 'hex'), usedAt: new Date(at) }));
    this.uses = new Map();
    try {
      await this.tokens.touch(uses);
    } catch (error) {
      this.log.warn({ err: error }, 'When tokens were last used could not be noted');
    }
  }
}
