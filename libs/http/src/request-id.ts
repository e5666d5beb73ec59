import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// Letters, digits and what ids are commonly written with; short, for it goes into every log line and back to the client.
const SANE = /^[\w.:/+=@-]{1,128}$/;

/** The id a client sent, when it can be trusted to be one, else a new one. For Fastify's `genReqId`. */
export const requestId = (request: Pick<IncomingMessage, 'headers'>): string => {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && SANE.test(sent) ? sent : randomUUID();
};
