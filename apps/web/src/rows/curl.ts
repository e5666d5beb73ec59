import type { RowsSearch } from '../app/router.js';

/** Any text as one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The same question for a terminal. The token is not in it, because commands stay in histories. */
export function curlOf(origin: string, id: string, search: RowsSearch): string {
  const parameters = (['filters', 'search', 'sort_by', 'columns'] as const)
    .filter((name) => search[name] !== undefined)
    .map((name) => ` \\\n  --data-urlencode ${shellWord(`${name}=${search[name]}`)}`);
  return `curl -sG ${shellWord(`${origin}/api/v1/csv-data/uploads/${id}/data/`)} -H "Authorization: Bearer $TOKEN"${parameters.join('')}`;
}

/** Sets `$TOKEN` by a log-in. Its password is to be written by hand. */
export function tokenOf(origin: string, email: string): string {
  const body = shellWord(JSON.stringify({ email, password: '…' }));
  return `TOKEN=$(curl -s ${shellWord(`${origin}/api/v1/auth/user/login/`)} -H 'Content-Type: application/json' \\
  -d ${body} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`;
}
