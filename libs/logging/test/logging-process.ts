import { loadConfig } from '@app/config';
import { createLogger } from '../src/create-logger.js';
import { startShutdownDeadline } from '../src/shutdown-deadline.js';

// A process for log-output.spec.ts: logs 1,000 lines and ends as its argument says.

const config = loadConfig(process.env);
const logger = createLogger(config, 'test');
startShutdownDeadline(config, logger);
for (let number = 0; number < 1_000; number += 1) logger.info({ number }, 'a line');

const [end] = process.argv.slice(2);
if (end === 'exit') process.exit(3);
if (end === 'crash') throw new Error('out of order');
