/**
 * A text as an SQL literal, for keys and other text of ours; values of clients are always parameters.
 * What TypeORM would take for a `:parameter` is written as an escape, and so are backslashes, whatever the server makes of them.
 */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  if (!/\\|:[\w.]/.test(doubled)) return `'${doubled}'`;
  return `U&'${doubled.replaceAll('\\', '\\\\').replace(/:(?=[\w.])/g, '\\003A')}'`;
}
