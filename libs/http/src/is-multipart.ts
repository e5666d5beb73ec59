import type { FastifyRequest } from 'fastify';

/** Whether a request says that its body is multipart. Fastify's plugin tells it only once the body is being parsed. */
export const isMultipart = ({ headers }: FastifyRequest): boolean =>
  /^multipart\//i.test(headers['content-type'] ?? '');
