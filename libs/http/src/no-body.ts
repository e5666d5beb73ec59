import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { unknownFields } from './validation.pipe.js';

@Injectable()
class NoBodyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    const members = typeof body === 'object' && body !== null ? Object.keys(body) : [];
    if (members.length > 0) throw unknownFields(members);
    return next.handle();
  }
}

/** A route that takes no body: members of one are refused, as unknown ones are everywhere, and not passed over in silence. */
export const NoBody = () => UseInterceptors(NoBodyInterceptor);
