import { ConsoleLogger } from '@nestjs/common';

/** Standard output has the answer of a command and nothing else; what the libraries log of errors goes to standard error. Their warnings are for processes that go on. */
export class StderrLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['error', 'fatal'], colors: false });
  }

  protected override printMessages(messages: unknown[]): void {
    for (const message of messages)
      process.stderr.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }
}
