import { RecurringTask } from '@app/database';
import { Injectable } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';

const FLUSH_EVERY_MS = 60_000;

/** Remembers when tokens were used and writes it once a minute, so that a request that only reads costs no write. */
@Injectable()
export class LastUses extends RecurringTask {
  private uses = new Map<string, number>();

  constructor(private readonly tokens: TokensRepository) {
    super({ everyMs: FLUSH_EVERY_MS, atStart: false, failure: 'Could not store when tokens were last used' });
  }

  override async onApplicationShutdown(): Promise<void> {
    await super.onApplicationShutdown();
    await this.runSafely();
  }

  note(tokenHash: string): void {
    this.uses.set(tokenHash, Date.now());
  }

  /** Uses that cannot be written are dropped: they are for information only, and the next minute brings new ones. */
  protected async run(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = [...this.uses].map(([hash, at]) => ({ tokenHash: Buffer.from(hash, 'hex'), usedAt: new Date(at) }));
    this.uses = new Map();
    await this.tokens.touch(uses);
  }
}
