/** Replaces the argument `-` while yargs parses, because yargs drops a `-` from a list of files. No argument can hold U+0000. */
const LONE_DASH = '\0-';

/** To apply to each argument before yargs parses it. */
export const hideLoneDash = (argument: string): string => (argument === '-' ? LONE_DASH : argument);

/** To apply to each value that yargs has parsed. */
export const showLoneDash = (argument: string): string => (argument === LONE_DASH ? '-' : argument);
