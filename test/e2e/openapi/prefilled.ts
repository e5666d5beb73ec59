// biome-ignore-all lint/suspicious/noExplicitAny: an OpenAPI document is read as JSON

/** A request as Swagger UI prepares it when nobody changes anything in its form. */
export interface PrefilledRequest {
  operationId: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The media type that the form has chosen, and the body that it shows. */
  body?: { type: string; value: unknown };
}

/** The value that Swagger UI writes into a field: an example, or the default. */
const fieldValue = (parameter: any): unknown =>
  Object.values<any>(parameter.examples ?? {})[0]?.value ??
  parameter.example ??
  parameter.schema?.example ??
  parameter.schema?.examples?.[0] ??
  parameter.schema?.default;

/** The requests of all operations in the document. */
export function prefilledRequests(document: any): PrefilledRequest[] {
  return Object.entries<any>(document.paths).flatMap(([template, item]) =>
    Object.entries<any>(item).map(([method, operation]) => {
      let path = template;
      const query = new URLSearchParams();
      const headers: Record<string, string> = {};
      for (const parameter of operation.parameters ?? []) {
        const value = fieldValue(parameter);
        if (value === undefined) {
          if (parameter.required) throw new Error(`${operation.operationId} cannot be sent without ${parameter.name}`);
          continue;
        }
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, text);
        else if (parameter.in === 'query') query.set(parameter.name, text);
        else headers[parameter.name] = text;
      }
      const [type, media] = Object.entries<any>(operation.requestBody?.content ?? {})[0] ?? [];
      return {
        operationId: operation.operationId,
        method: method.toUpperCase(),
        path: query.size > 0 ? `${path}?${query}` : path,
        headers,
        ...(type && { body: { type, value: media.example ?? sample(document, media.schema) } }),
      };
    }),
  );
}

/** The value that Swagger UI shows for a schema. */
function sample(document: any, schema: any): unknown {
  if (schema.$ref) return sample(document, document.components.schemas[schema.$ref.split('/').pop()]);
  const given = schema.example ?? schema.examples?.[0] ?? schema.default;
  if (given !== undefined) return given;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries<any>(schema.properties ?? {}).map(([key, property]) => [key, sample(document, property)]),
      );
    case 'array':
      return [sample(document, schema.items)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    default:
      return schema.format === 'uuid' ? '3fa85f64-5717-4562-b3fc-2c963f66afa6' : 'string';
  }
}
