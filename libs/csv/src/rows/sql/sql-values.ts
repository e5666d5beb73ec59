/**
 * A text as an SQL literal, for column keys and texts of our own; clients' values are always parameters. TypeORM would replace
 * `:parameter`, so that colon is written as an escape, and so are backslashes, whatever `standard_conforming_strings` says.
 */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  if (!/\\|:[\w.]/.test(doubled)) return `'${doubled}'`;
  return `U&'${doubled.replaceAll('\\', '\\\\').replace(/:(?=[\w.])/g, '\\003A')}'`;
}

/** The parameters of one statement, each under its own name. */
export class Parameters {
  readonly values: Record<string, unknown> = {};
  /** Counted here: to count the names each time blocked the event loop for 2 s when a filter had 7,500 values. */
  private count = 0;

  /** @returns the placeholder that stands for the value in the SQL. */
  add(value: unknown): string {
    const name = `value_${this.count}`;
    this.count += 1;
    this.values[name] = value;
    return `:${name}`;
  }
}
