import { isMultipart } from '@app/http';
import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** The plugin, with hooks that are carried out for multipart bodies only. */
function sparing(fastify: FastifyInstance, options: object, done: (error?: Error) => void): void {
  const addHook = (name: string, hook: Hook) =>
    fastify.addHook(name as 'onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
      if (!isMultipart(request)) return next();
      hook.call(fastify, request, reply).then(() => next(), next as never);
    });
  multipart(Object.create(fastify, { addHook: { value: addHook } }) as FastifyInstance, options, done);
}

/**
 * Takes multipart bodies. The plugin's hooks, which clear up behind them, are spared the requests without one: they would cost each
 * of those three promises and a listener, a twentieth of a cached answer.
 */
export const acceptMultipart = (app: NestFastifyApplication) =>
  app.register(Object.assign(sparing, { [Symbol.for('skip-override')]: true }) as never);
