import { isMultipart, UnsupportedMediaType } from '@app/http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { lingerOverBody } from './lingering-close.js';

/**
 * Lets the client of a refused upload read the reason of the refusal (no token, too many requests, too large…): see
 * `lingerOverBody`. Also refuses multipart bodies on every other route, which would not read them.
 */
@Injectable()
export class LingerOverUploads implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (isMultipart(request)) lingerOverBody(request.raw, reply.raw);
      done(null, payload);
    });
    fastify.addHook('preValidation', (request, _reply, done) => {
      if (!request.isMultipart()) return done();
      const { url } = request.routeOptions;
      done(url === undefined || TAKES_FILES.test(url) ? undefined : new UnsupportedMediaType());
    });
  }
}

const TAKES_FILES = /\/csv-data\/uploads\/?$/;
