import { RouteNotFound } from '@app/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openApiDocument } from './document.js';
import { writeOnce } from './write-once.js';

/** The files of Swagger UI that its page loads. The folder they lie in also has a package.json, a README and source maps. */
const DOCS_FILE = /^(?:swagger-ui|swagger-ui-bundle|swagger-ui-standalone-preset|favicon-\d+x\d+)\.(?:css|js|png)$/;

/** The routes of that folder. Its page and what is generated for it have routes of their own. */
const DOCS_FOLDER = /^\/api\/docs\/.*\*$/;

/**
 * Whether a request asks for another file of the folder. The route and its parameter are looked at, and not the address, in which a file has
 * many names: `/api/%64ocs/package.json`, `http://host/api/docs/package.json`.
 */
function isPrivateFile({ routeOptions, params }: FastifyRequest): boolean {
  if (!DOCS_FOLDER.test(routeOptions.url ?? '')) return false;
  return !DOCS_FILE.test((params as { '*'?: string })['*'] ?? '');
}

/** Serves the document at /api/openapi.json, and Swagger UI with its own assets at /api/docs/. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(isPrivateFile(request) ? new RouteNotFound() : undefined);
  });
  writeOnce(fastify, ['/api/openapi.json', '/api/openapi.yaml']);
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Task service API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
