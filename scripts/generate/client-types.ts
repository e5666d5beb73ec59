import openapiTypescript, { astToString, type SchemaObject } from 'openapi-typescript';
import ts from 'typescript';

const HEAD = '// Written by "npm run generate" from docs/openapi.json.\n\n';

const isBinary = (schema: SchemaObject) => 'format' in schema && schema.format === 'binary';

/** The types of the client and of the page from an OpenAPI document. Binary data are Blobs. */
export async function clientTypes(document: string): Promise<string> {
  const types = await openapiTypescript(document, {
    // A field with a default may be absent from a request.
    defaultNonNullable: false,
    transform: (schema) =>
      isBinary(schema) ? ts.factory.createTypeReferenceNode(ts.factory.createIdentifier('Blob')) : undefined,
  });
  return HEAD + astToString(types);
}
