/** Replaces the argument `-` while yargs parses, because yargs drops a `-` from a list of files. No argument can hold U+0000. */
const LONE_DASH = '\0-';

export const hideLoneDash = (argument: string): string => (argument === '-' ? LONE_DASH : argument);
export const showLoneDash = (argument: string): string => (argument === LONE_DASH ? '-' : argument);
