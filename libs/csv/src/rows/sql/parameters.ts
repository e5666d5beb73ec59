/** Collects the values of a query under names of their own; nothing a client sent becomes SQL. */
export class Parameters {
  readonly values: Record<string, unknown> = {};

  /** @returns how the value is called in the SQL. */
  add(value: unknown): string {
    const name = `value_${Object.keys(this.values).length}`;
    this.values[name] = value;
    return `:${name}`;
  }
}
