import { type DestinationStream, type Logger, pino } from 'pino';

/** Some forty requests. */
const WRITE_AT_CHARS = 8192;
const WRITE_AFTER_MS = 100;

/** Gathers lines and writes many at a time; what is left, when the process ends. */
class GatheringStdout {
  private readonly stdout: DestinationStream = pino.destination({ dest: 1, sync: true });
  private gathered = '';
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    process.once('exit', () => this.flush());
  }

  write(line: string): void {
    this.gathered += line;
    if (this.gathered.length >= WRITE_AT_CHARS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS).unref();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.gathered === '') return;
    const lines = this.gathered;
    this.gathered = '';
    this.stdout.write(lines);
  }
}

/** One for the process, whatever number of apps a test makes. */
let stdout: GatheringStdout | undefined;

/** The member that pino's own isoTime writes, made once in a millisecond. */
function isoTime(): () => string {
  let now = 0;
  let text = '';
  return () => {
    const then = now;
    now = Date.now();
    if (now !== then) text = `"time":"${new Date(now).toISOString()}"`;
    return text;
  };
}

/** What is told of a request; none of it is secret. */
export interface RequestFacts {
  request_id: string;
  method: string;
  url: string;
  status: number;
  ms: number;
}

/**
 * Makes the line that every request leaves: what `logger.info(facts, 'request')` would write, at a fraction of its cost, as the
 * members are known and hold no secrets.
 */
export function requestLine(logger: Logger): (facts: RequestFacts) => string {
  const begin = `{"level":${logger.levels.values.info},`;
  const time = isoTime();
  // Not `logger.bindings()`, which leaves the pid out.
  const { [pino.symbols.chindingsSym]: bindings } = logger as unknown as { [pino.symbols.chindingsSym]: string };
  return ({ request_id, method, url, status, ms }) => {
    const told = `,"request_id":${JSON.stringify(request_id)},"method":"${method}","url":${JSON.stringify(url)},"status":${status},"ms":${ms}`;
    return `${begin}${time()}${bindings}${told},"msg":"request"}\n`;
  };
}

/**
 * Logs requests, beside `logger` and at its level, many lines at a time; what `logger` says at the same moment may come first.
 * Only a process that is killed loses lines, those of its last 100 ms.
 */
export function createRequestLog(logger: Logger): (facts: RequestFacts) => void {
  if (!logger.isLevelEnabled('info')) return () => {};
  stdout ??= new GatheringStdout();
  const destination = stdout;
  const line = requestLine(logger);
  return (facts) => destination.write(line(facts));
}
