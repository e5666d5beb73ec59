import type { ProblemKind } from './problem.js';

/**
 * The detail of a kind of problem for documents. Each fact that differs from one occurrence to the next stands in angle brackets:
 * `A file may have at most <limit_bytes> bytes.`
 */
// biome-ignore lint/suspicious/noExplicitAny: problems of every extension type
export function detailTemplate({ detail }: ProblemKind<any>): string {
  if (typeof detail === 'string') return detail;
  return detail(new Proxy({}, { get: (_, name) => placeholder(String(name)) }));
}

/** Represents a value that differs: any operation on it gives the text `<name>`. */
const placeholder = (name: string): unknown =>
  new Proxy(() => undefined, {
    get: (_, property) =>
      property === Symbol.toPrimitive || property === 'toJSON' ? () => `<${name}>` : placeholder(name),
    apply: () => placeholder(name),
  });
