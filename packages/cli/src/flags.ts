import { OPTION_SYNONYMS } from '../../../libs/csv/src/uploads/option-synonyms.js';
import { didYouMean, nearestName } from '../../../libs/problems/src/nearest-name.js';

// The names of flags are those of the HTTP API, with dashes.

export const flagOf = (name: string): string => name.replaceAll('_', '-');
const nameOf = (flag: string): string => flag.replaceAll('-', '_');

/** To apply to each argument before yargs parses it: the name as the HTTP API writes it, `--skip_footer`, is the flag too. */
export const withDashes = (argument: string): string =>
  argument.replace(/^--[a-z]+(?:_[a-z]+)+(?==|$)/, (flag) => flagOf(flag));

/** What yargs says of a wrong command line, with the flags that were probably meant. @param known flags of the command */
export function withSuggestions(complaint: string, known: readonly string[]): string {
  const [, list] = /^Unknown arguments?: (.*)$/.exec(complaint) ?? [];
  if (/^Not enough non-option arguments/.test(complaint))
    return 'The command needs more, such as a file or an upload: --help behind it shows what it takes.';
  if (list === undefined) return complaint;
  // yargs names `--footer-lines` a second time, as `footerLines`.
  const flags = list.split(', ').map((flag) => flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const unknown = [...new Set(flags)];
  const names = known.map(nameOf);
  const meant = new Set(unknown.flatMap((flag) => nearestName(flag, names, OPTION_SYNONYMS) ?? []));
  const suggestions = [...meant].map((name) => didYouMean(`--${flagOf(name)}`)).join('');
  // No flag has a point in its name.
  const instead = known.includes('output') && list.includes('.') ? ' The file to write is given by -o.' : suggestions;
  return `Unknown argument${unknown.length === 1 ? '' : 's'}: ${unknown.join(', ')}.${instead}`;
}
