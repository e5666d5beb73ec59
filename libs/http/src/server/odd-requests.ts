import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '@app/database';
import type { Problem } from '@app/problems';
import type { FastifyInstance } from 'fastify';
import { MalformedRequest, MethodNotAllowed, RouteNotFound } from '../problems/http.problems.js';
import { PROBLEM_TYPE, problemBody } from '../problems/problem-answer.js';

/** Writes a problem to a connection that has no response, and closes it. */
export function writeProblem(socket: Duplex, problem: Problem): void {
  const id = newId();
  const body = JSON.stringify(problemBody(problem, '', id));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    ...Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Answers CONNECT. Without a listener, Node closes the connection of a CONNECT without an answer. */
function refuseConnect({ server }: FastifyInstance): void {
  server.on('connect', (_request: unknown, socket: Duplex) => {
    socket.on('error', () => {});
    writeProblem(socket, new MethodNotAllowed({ allowed: METHODS }, { headers: { Allow: METHODS.join(', ') } }));
    setTimeout(() => socket.destroy(), 1_000).unref();
  });
}

/** A path with a segment `.` or `..`, plain or percent-encoded. No address of ours has one. */
const ODD_PATH = /\/(?:\.|%2e){1,2}(?:[/\\]|%2f|%5c|$)/i;

/**
 * Refuses what other servers on the way may read differently: a body in a coding that Node does not undo, although it drops the name of
 * the coding (RFC 9112, 6.1), and paths that leave their folder when they are taken for files.
 */
export function refuseOddRequests(fastify: FastifyInstance): void {
  refuseConnect(fastify);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const coding = request.headers['transfer-encoding'];
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
      done(new MalformedRequest({}, { detail: 'The only Transfer-Encoding that is read here is chunked.' }));
    } else if (ODD_PATH.test(request.url.split('?', 1)[0]!)) done(new RouteNotFound());
    else done();
  });
}
