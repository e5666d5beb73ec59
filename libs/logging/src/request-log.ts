import { type DestinationStream, type Logger, pino } from 'pino';

/** Some forty requests. */
const WRITE_AT_BYTES = 8192;
const WRITE_AFTER_MS = 100;

/** One for the process, whatever number of apps a test makes: it writes what is left when the process ends. */
let stdout: DestinationStream | undefined;

function gatheringStdout(): DestinationStream {
  if (stdout) return stdout;
  const destination = pino.destination({
    dest: 1,
    sync: true,
    minLength: WRITE_AT_BYTES,
    periodicFlush: WRITE_AFTER_MS,
  });
  process.once('exit', () => destination.flushSync());
  stdout = destination;
  return destination;
}

/** What pino's own isoTime writes, made once in a millisecond. */
function isoTime(): () => string {
  let now = 0;
  let text = '';
  return () => {
    const then = now;
    now = Date.now();
    if (now !== then) text = `,"time":"${new Date(now).toISOString()}"`;
    return text;
  };
}

/**
 * A logger for the line that every request leaves, beside `logger`. It writes many lines at a time and looks for no secrets,
 * so it must be given none; what another logger says at the same moment may come first. Only a process that is killed loses
 * lines, those of its last 100 ms.
 */
export const createRequestLog = (logger: Logger): Logger =>
  pino({ level: logger.level, base: logger.bindings(), timestamp: isoTime() }, gatheringStdout());
