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
