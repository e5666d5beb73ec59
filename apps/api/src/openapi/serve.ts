import { RouteNotFound } from '@app/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { openApiDocument } from './document.js';

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
