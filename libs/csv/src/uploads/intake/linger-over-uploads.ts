import { isMultipart, UnsupportedMediaType } from '@app/http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { lingerOverBody } from './lingering-close.js';

/**
 * Sees to it that a refused upload learns why, whoever refused it (no token, too many requests, too large…): see `lingerOverBody`.
 * Also keeps multipart bodies from every other route, which would leave them unread.
 */
@Injectable()
export class LingerOverUploads implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onSend', async (request, reply) => {
      if (isMultipart(request)) lingerOverBody(request.raw, reply.raw);
    });
    fastify.addHook('preValidation', async (request) => {
      const { url } = request.routeOptions;
      if (url !== undefined && request.isMultipart() && !TAKES_FILES.test(url)) throw new UnsupportedMediaType();
    });
  }
}

const TAKES_FILES = /\/csv-data\/uploads\/?$/;
