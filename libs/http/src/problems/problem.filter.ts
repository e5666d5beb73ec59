import { ClientGone } from '@app/database';
import { Problem } from '@app/problems';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteTable } from '../server/route-table.js';
import { MethodNotAllowed, RouteNotFound } from './http.problems.js';
import { problemOf, sendProblem } from './problem-answer.js';

/** Turns every error of a route, a guard or a hook into a response. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // Nobody waits for an answer, and nothing is at fault.
    if (error instanceof ClientGone) {
      reply.raw.destroy();
      return;
    }
    const problem = this.problemFor(error, request);
    if (problem.status >= 500) {
      const facts = { request_id: request.id, err: problem.cause ?? error, code: problem.code };
      this.log.error(facts, 'A request failed');
    }

    // The head has been sent, so the response cannot become a problem. Closing the connection tells the client that it is not whole.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(problem, request, reply);
  }

  /** Nest throws a NotFoundException for a route that does not exist; our code never throws one. */
  private problemFor(error: unknown, request: FastifyRequest): Problem {
    if (!(error instanceof NotFoundException)) return problemOf(error);
    const allowed = this.routes.methodsOf(request.url);
    if (allowed.length === 0) return new RouteNotFound();
    return new MethodNotAllowed({ allowed }, { headers: { Allow: allowed.join(', ') } });
  }
}
