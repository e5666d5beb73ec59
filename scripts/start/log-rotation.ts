import { chownSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

const LOOK_EVERY_MS = 1_000;

/** A log file, and what makes its writer begin a new one after it was renamed. */
export interface RotatedLog {
  file: string;
  /** Not needed for a writer that looks at the name by itself. */
  reopen?(): void;
}

export interface RotationLimits {
  bytes: number;
  /** How many renamed files are kept. */
  keep: number;
}

/**
 * Renames log files that are too big: `a.log` to `a.log.1`, that to `a.log.2` and so on; the oldest is deleted. No line is lost, because
 * writers go on in the renamed file until they begin a new one.
 */
export class LogRotation {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logs: readonly RotatedLog[],
    private readonly limits: RotationLimits,
  ) {}

  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  look(): void {
    for (const log of this.logs) {
      const size = statSync(log.file, { throwIfNoEntry: false })?.size ?? 0;
      if (size >= this.limits.bytes) rotate(log, this.limits.keep);
    }
  }
}

/** The names of the files of a log, the newest first. */
export const namesOf = (file: string, keep: number): string[] => [
  file,
  ...Array.from({ length: keep }, (_, i) => `${file}.${i + 1}`),
];

function rotate({ file, reopen }: RotatedLog, keep: number): void {
  const names = namesOf(file, keep);
  rmSync(names.at(-1)!, { force: true });
  for (let i = keep; i > 0; i--) if (existsSync(names[i - 1]!)) renameSync(names[i - 1]!, names[i]!);
  try {
    makeLike(names[1]!, file);
    reopen?.();
  } catch {
    // The writer goes on in the renamed file. With its old name it is looked at again.
    renameSync(names[1]!, file);
  }
}

/** Makes an empty file with the mode and owner of another: PostgreSQL has an account of its own where this process is root. */
function makeLike(model: string, file: string): void {
  const { mode, uid, gid } = statSync(model);
  closeSync(openSync(file, 'a', mode));
  chownSync(file, uid, gid);
}
