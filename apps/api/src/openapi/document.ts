import { VERSION } from '@app/config';
import { filtersSchemas } from '@app/csv/api';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import {
  describeExamples,
  operationsOf,
  placeContentSchemas,
  stateSecurity,
  summarise,
  withoutSingleAllOf,
} from './operations.js';
import { addCommonProblems, placeProblemExamples, problemCodeSchema, problemSchema } from './problems.js';

const DESCRIPTION = `Tasks, and CSV files of a million rows and more that can be filtered, searched, sorted and paged.

Register, log in, and send the token as \`Authorization: Bearer <token>\`. Every error is \`application/problem+json\` (RFC 9457);
branch on its \`code\`, explained at [/api/docs/errors](/api/docs/errors).

Paths under \`/api/v1\` end in a slash, as in the links and Location headers of answers. The same path without it is served too, without
a redirect.`;

const TAGS = {
  Accounts: 'Register, log in and out.',
  Tasks: 'Things to do, with a due date, a priority and a status.',
  'CSV uploads': 'Files: send them, follow their ingest, get what was rejected.',
  'CSV rows': 'The rows of a completed upload, and what its columns hold.',
  Operations: 'The state of the service.',
};

/** Publishes addresses under /api/v1 with a trailing slash. Both forms are served. */
const withTrailingSlashes = (paths: OpenAPIObject['paths']): OpenAPIObject['paths'] =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path.startsWith('/api/v1/') && !path.endsWith('/') ? `${path}/` : path,
      item,
    ]),
  );

/** The OpenAPI document of the whole API, generated from the code. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Task service with CSV ingestion')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The service that sends this document.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token in the answer of login.' });
  for (const [name, description] of Object.entries(TAGS)) settings.addTag(name, description);
  const document = SwaggerModule.createDocument(app, settings.build());
  document.paths = withTrailingSlashes(document.paths);
  const schemas = {
    ...document.components?.schemas,
    ...filtersSchemas,
    Problem: problemSchema(),
    ProblemCode: problemCodeSchema(),
  };
  // The types of @nestjs/swagger are those of OpenAPI 3.0, which knows no lists of types.
  document.components = { ...document.components, schemas: schemas as never };
  for (const operation of operationsOf(document)) {
    summarise(operation);
    stateSecurity(operation);
    placeContentSchemas(operation);
    describeExamples(operation);
  }
  addCommonProblems(document);
  placeProblemExamples(document);
  return withoutSingleAllOf(document);
}
