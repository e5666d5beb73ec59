/** Stands for the argument `-` while yargs parses, which drops it from lists of files. No argument can hold the character U+0000. */
const LONE_DASH = '\0-';

export const hideLoneDash = (argument: string): string => (argument === '-' ? LONE_DASH : argument);
export const showLoneDash = (argument: string): string => (argument === LONE_DASH ? '-' : argument);
