import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { CONDITIONAL_GET } from './cached-get.options.js';
import { conditionalReply } from './conditional-reply.js';
import { packAnswer, unpackAnswer } from './stored-answer.js';

/** Gives an answer its ETag, and spares it to a client that has it. */
@Injectable()
export class ConditionalGetInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { weak } = this.reflector.get<{ weak: boolean }>(CONDITIONAL_GET, context.getHandler());
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        if (answer instanceof StreamableFile) return answer;
        const { head, body } = unpackAnswer(Buffer.from(packAnswer(answer, reply, { weak, volatile: undefined })));
        return conditionalReply(http.getRequest<FastifyRequest>(), reply, head.etag, body);
      }),
    );
  }
}
