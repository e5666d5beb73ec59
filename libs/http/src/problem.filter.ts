import { Problem } from '@app/problems';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed, RouteNotFound } from './http.problems.js';
import { PROBLEM_TYPE, problemBody } from './problem-body.js';
import { problemOf } from './problem-of.js';
import type { RouteTable } from './route-table.js';

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemFor(error, request);
    if (problem.status >= 500) {
      const facts = { request_id: request.id, err: problem.cause ?? error, code: problem.code };
      this.log.error(facts, 'A request failed');
    }

    // A stream that broke after its head was sent cannot become a problem; cutting the connection is the honest end.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const path = request.url.split('?', 1)[0] ?? '/';
    reply
      .status(problem.status)
      .headers(problem.headers)
      .header('cache-control', 'no-store')
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemBody(problem, path, String(request.id))));
  }

  /** Nest throws a NotFoundException for a route it does not have; our code never throws one. */
  private problemFor(error: unknown, request: FastifyRequest): Problem {
    if (!(error instanceof NotFoundException)) return problemOf(error);
    const allowed = this.routes.methodsOf(request.url);
    if (allowed.length === 0) return new RouteNotFound();
    return new MethodNotAllowed({ allowed }, { headers: { Allow: allowed.join(', ') } });
  }
}
