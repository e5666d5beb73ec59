import { isMultipart } from '@app/http';
import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';

type AsyncHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Accepts multipart bodies. The plugin adds hooks that clean up after them, and offers no way to limit the hooks to multipart
 * requests. On all other requests they would cost three promises and a listener, a tenth of the CPU time of a cached GET. So the
 * plugin gets the Fastify instance with its own `addHook`, which skips other requests. The plugin uses nothing private of Fastify, and
 * neither does this file; the only assumption is that it registers its hooks through the instance that it is given.
 */
export async function acceptMultipart(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const addHook = (name: 'onRequest' | 'onResponse', hook: AsyncHook) =>
    fastify.addHook(
      name as 'onRequest',
      (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
        if (!isMultipart(request)) return done();
        hook.call(fastify, request, reply).then(() => done(), done);
      },
    );
  const instance = new Proxy(fastify, {
    get: (target, name) => (name === 'addHook' ? addHook : Reflect.get(target, name)),
  });
  await new Promise<void>((resolve, reject) => {
    multipart(instance, {}, (error) => (error ? reject(error) : resolve()));
  });
}
