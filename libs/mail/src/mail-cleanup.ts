import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MailsRepository } from './mails.repository.js';

const EVERY_MS = 3_600_000;
const AT_A_TIME = 5_000;

/** Forgets, once an hour, mails that were sent MAIL_KEEP_DAYS ago: they name people and what they did. */
@Injectable()
export class MailCleanup implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(MailCleanup.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mails: MailsRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.clean(), EVERY_MS);
    void this.clean();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async clean(): Promise<void> {
    try {
      while ((await this.mails.deleteSentBefore(this.config.MAIL_KEEP_DAYS, AT_A_TIME)) === AT_A_TIME);
    } catch (error) {
      this.log.warn({ err: error }, 'Old mails could not be removed');
    }
  }
}
