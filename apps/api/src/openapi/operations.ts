import type { OpenAPIObject } from '@nestjs/swagger';

/** An id that no object has. */
export const EXAMPLE_ID = '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c';

const PATH_EXAMPLES: Record<string, string> = { id: EXAMPLE_ID, key: 'unit_price' };

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
  contentMediaType?: string;
  contentSchema?: unknown;
  schema?: { example?: unknown; examples?: unknown[]; format?: string };
}

export interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters?: Parameter[];
  responses: Record<string, unknown>;
}

/** All operations of a document. */
export function* operationsOf(
  document: OpenAPIObject,
): Generator<{ path: string; method: string; operation: Operation }> {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      if (operation.responses) yield { path, method, operation };
    }
  }
}

/** The first clause of a text, without its full stop: what fits on one line of a list of operations. */
export const firstClause = (text: string): string =>
  text
    .split(/[.:;](?:\s|$)/, 1)[0]!
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The comment of a handler becomes the description of the operation, and its first clause the summary. */
export function summarise({ operation }: { operation: Operation }): void {
  const text = [operation.summary, operation.description].filter(Boolean).join('\n\n');
  operation.summary = firstClause(text);
  operation.description = text;
}

/** An operation that needs no token says so. */
export function stateSecurity({ operation }: { operation: Operation }): void {
  operation.security ??= [];
}

const asText = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/**
 * Swagger UI fills parameters in with their examples, and sends them. The examples of a parameter that may be left out
 * become a part of its description, so that Swagger UI does not send them by itself. Path parameters keep an example.
 */
export function describeExamples({ operation }: { operation: Operation }): void {
  for (const parameter of operation.parameters ?? []) {
    parameter.schema ??= {};
    const { schema } = parameter;
    if (parameter.in === 'path') {
      if (parameter.name === 'id') schema.format = 'uuid';
      parameter.example ??= PATH_EXAMPLES[parameter.name];
      continue;
    }
    const examples = [
      parameter.example,
      schema.example,
      ...(schema.examples ?? []),
      ...Object.values(parameter.examples ?? {}).map(({ value }) => value),
    ].filter((value) => value !== undefined);
    if (parameter.required || examples.length === 0) continue;
    delete parameter.example;
    delete parameter.examples;
    delete schema.example;
    delete schema.examples;
    const told = [...new Set(examples.map(asText))].join(', ');
    parameter.description = [parameter.description, `For example ${told}.`].filter(Boolean).join(' ');
  }
}

/**
 * Moves `contentMediaType` and `contentSchema` of a parameter into its schema, where OpenAPI 3.1 has them; the decorators of Nest put them
 * beside it.
 */
export function placeContentSchemas({ operation }: { operation: Operation }): void {
  for (const parameter of operation.parameters ?? []) {
    const { contentMediaType, contentSchema, schema } = parameter;
    if (contentMediaType === undefined) continue;
    delete parameter.contentMediaType;
    delete parameter.contentSchema;
    parameter.schema = { ...schema, contentMediaType, contentSchema } as Parameter['schema'];
  }
}

/** Replaces each `allOf` of one reference by that reference: since OpenAPI 3.1 it may have a description beside it. */
export function withoutSingleAllOf<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withoutSingleAllOf) as T;
  if (node === null || typeof node !== 'object') return node;
  const members = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutSingleAllOf(value)]));
  const { allOf, ...others } = members as { allOf?: object[] };
  return (Array.isArray(allOf) && allOf.length === 1 ? { ...allOf[0], ...others } : members) as T;
}
