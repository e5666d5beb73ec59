import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '// Written by "npm run generate" from docs/openapi.json.\n\n';

/** The types of the page's client, from the OpenAPI document. */
export async function clientTypes(openApi: string): Promise<string> {
  // A field with a default may be absent from a request, so it is optional.
  return HEAD + astToString(await openapiTS(JSON.parse(openApi), { defaultNonNullable: false }));
}
