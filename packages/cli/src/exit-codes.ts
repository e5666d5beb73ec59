/** What the process ends with. Scripts branch on these, so none changes its meaning. */
export const EXIT = {
  /** All was done; an upload is stored, and no record was rejected. */
  done: 0,
  /** The service refused, the connection failed, or an upload failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** An upload is stored, but some of its records were rejected. */
  rejects: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code for several uploads: a failure counts more than rejects. */
export function worst(codes: ExitCode[]): ExitCode {
  if (codes.includes(EXIT.failed)) return EXIT.failed;
  return codes.includes(EXIT.rejects) ? EXIT.rejects : EXIT.done;
}

/** The command line is wrong, in a way that only the command itself can see. */
export class UsageError extends Error {}
