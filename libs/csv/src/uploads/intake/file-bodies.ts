import { announcesBody, FILE_TYPE, isFileBody, isMultipart, UnsupportedMediaType } from '@app/http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { lingerOverBody } from './lingering-close.js';
import { unsupportedBody } from './request-file.js';

/**
 * Leaves bodies that are files unread for the routes of uploads and previews, and refuses them on every other route. The client of a
 * refused upload can still read why it was refused (no token, too many requests, too large…): see `lingerOverBody`.
 */
@Injectable()
export class FileBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser(FILE_TYPE, (_request, _payload, done) => done(null, undefined));
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (isFile(request) || takesFiles(request)) lingerOverBody(request.raw, reply.raw);
      done(null, payload);
    });
    fastify.addHook('preParsing', (request, _reply, _payload, done) => {
      const isRefused =
        takesFiles(request) &&
        announcesBody(request) &&
        !READ_BY_ROUTE.test(request.headers['content-type'] ?? '') &&
        !isFileBody(request);
      done(isRefused ? unsupportedBody() : null);
    });
    fastify.addHook('preValidation', (request, _reply, done) => {
      if (BODILESS.test(request.method) || !isFile(request) || !announcesBody(request)) return done();
      const isTaken = request.routeOptions.url === undefined || takesFiles(request);
      done(isTaken ? undefined : new UnsupportedMediaType());
    });
  }
}

const isFile = (request: FastifyRequest): boolean => isMultipart(request) || isFileBody(request);

/** JSON is refused by the route itself, after the caller is known. */
const READ_BY_ROUTE = /^(?:multipart\/form-data|application\/json)\b/i;

/** Bodies of these methods are never read. */
const BODILESS = /^(?:GET|HEAD|OPTIONS)$/;

const TAKES_FILES = /\/csv-data\/(?:uploads|previews)\/?$/;
const takesFiles = ({ method, routeOptions }: FastifyRequest): boolean =>
  method === 'POST' && TAKES_FILES.test(routeOptions.url ?? '');
