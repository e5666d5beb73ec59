/**
 * Delimiters, with the prior of each. The first four are common; of the others only ^, ~ and the control characters are used on
 * purpose, while colons and spaces are in every text.
 */
export const DELIMITERS: ReadonlyMap<string, number> = new Map([
  [',', 1],
  [';', 1],
  ['\t', 1],
  ['|', 0.98],
  ['\x1f', 0.98],
  ['\x01', 0.98],
  ['^', 0.85],
  ['~', 0.85],
  [':', 0.55],
  [' ', 0.45],
]);

/** The delimiters of most files; a header may have another one of them than its table. */
export const COMMON_DELIMITERS: readonly string[] = [',', ';', '\t', '|'];
