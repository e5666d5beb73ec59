import { VERSION } from '@app/config';
import { RouteNotFound } from '@app/http';
import { problemCatalogue } from '@app/problems';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = `Tasks, and CSV files of a million rows and more that can be filtered, searched, sorted and paged.

Register, log in, and send the token as \`Authorization: Bearer <token>\`. Every error is \`application/problem+json\` (RFC 9457);
branch on its \`code\`, explained at [/api/docs/errors](/api/docs/errors).`;

const PROBLEM_SCHEMA = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
  properties: {
    type: { type: 'string' as const, format: 'uri-reference', description: 'Address of the explanation of the code.' },
    title: { type: 'string' as const, description: 'The same for every problem with this code.' },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const, description: 'What went wrong in this request, in one sentence.' },
    instance: { type: 'string' as const, description: 'The path of the request.' },
    code: { type: 'string' as const, description: 'Stable. Clients branch on it.' },
    request_id: { type: 'string' as const, description: 'The same as in X-Request-Id and in the logs.' },
    errors: {
      type: 'array' as const,
      description: 'The invalid fields.',
      items: {
        type: 'object' as const,
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string' as const, examples: ['#/title'] },
          detail: { type: 'string' as const },
        },
      },
    },
  },
  additionalProperties: true,
};

/** Statuses of problems that any operation may answer with. */
const EVERYWHERE = ['400', '401', '429', '431', '500', '503', '507'];
const CODES_EVERYWHERE: Record<string, string[]> = {
  '400': ['malformed_request', 'validation_failed'],
  '401': ['not_authenticated', 'invalid_token'],
  '413': ['body_too_large'],
  '415': ['unsupported_media_type'],
  '429': ['rate_limited'],
  '431': ['headers_too_large'],
  '500': ['internal_error'],
  '503': ['service_unavailable'],
  '507': ['storage_full'],
};

/** Statuses of problems that any operation that can have a body may answer with. */
const WITH_BODY = ['413', '415'];
const READ_METHODS = new Set(['get', 'head', 'options']);

interface DocumentedOperation {
  responses?: Record<string, unknown>;
  security?: unknown[];
}

/** Documents the problems of every operation, except for statuses that the operation documents itself. */
function addCommonProblems(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(path as Record<string, DocumentedOperation>)) {
      if (!operation.responses) continue;
      for (const status of READ_METHODS.has(method) ? EVERYWHERE : [...EVERYWHERE, ...WITH_BODY]) {
        if (operation.responses[status] || (status === '401' && !operation.security)) continue;
        const known = (CODES_EVERYWHERE[status] ?? [])
          .map((code) => problemCatalogue().get(code))
          .filter((kind) => kind !== undefined);
        operation.responses[status] = {
          description: known.map(({ code, kind }) => `\`${code}\`: ${kind.title}`).join('\n\n') || 'Problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        };
      }
    }
  }
}

/** Publishes addresses under /api/v1 with a trailing slash. Both forms are served. */
const withTrailingSlashes = (paths: OpenAPIObject['paths']): OpenAPIObject['paths'] =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path.startsWith('/api/v1/') && !path.endsWith('/') ? `${path}/` : path,
      item,
    ]),
  );

/** The OpenAPI document of the whole API, generated from the code. */
function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Task service with CSV ingestion')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token in the answer of login.' })
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  document.paths = withTrailingSlashes(document.paths);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA as never },
  };
  addCommonProblems(document);
  return document;
}

/** The files of Swagger UI that its page loads. The folder they lie in also has a package.json, a README and source maps. */
const DOCS_FILES =
  /^\/api\/docs(?:\/|\/errors\/?|\/index\.html|\/(?:swagger-ui|swagger-ui-bundle|swagger-ui-standalone-preset|swagger-ui-init|favicon-\d+x\d+)\.(?:css|js|png))?$/;

/** Serves the document at /api/openapi.json, and Swagger UI with its own assets at /api/docs/. */
export function serveOpenApi(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      const path = request.url.split('?', 1)[0]!;
      if (path.startsWith('/api/docs') && !DOCS_FILES.test(path)) done(new RouteNotFound());
      else done();
    });
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Task service API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
