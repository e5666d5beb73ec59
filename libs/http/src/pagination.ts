import { ValidationFailed } from '@app/problems';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Number() would also accept 0x1, 1e1 and 1.0. */
const digits = Transform(({ value }) => (/^\d+$/.test(String(value)) ? Number(value) : value));

/** The query parameters that choose a page of a list. */
export class PageQueryDto {
  @ApiProperty({
    description: 'Page, from 1.',
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000_000,
    default: 1,
  })
  @IsOptional()
  @digits
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(1_000_000_000, { message: 'is too large' })
  page: number = 1;

  @ApiProperty({
    description: 'Results on a page, at most 100.',
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 20,
  })
  @IsOptional()
  @digits
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  page_size: number = 20;
}

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** Addresses of the other pages of the list at `url`, which differ in `page` only. */
function addressesOfPages(url: string): (page: number) => string {
  // No split: the query itself may contain a question mark.
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  const parameters = new URLSearchParams(end < 0 ? '' : url.slice(end));
  return (page) => {
    parameters.set('page', String(page));
    return `${path}?${parameters}`;
  };
}

/**
 * A page of a list. `next` and `previous` are addresses relative to the host; a `Link` header (RFC 8288) repeats them.
 * @throws ValidationFailed for a page past the end; page 1 of an empty list is an empty page.
 */
export function paginated<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  query: PageQueryDto,
  count: number,
  results: T[],
): Page<T> {
  const pages = Math.max(1, Math.ceil(count / query.page_size));
  if (query.page > pages) {
    throw new ValidationFailed({}, { errors: [{ pointer: '#/page', detail: `there are ${pages} pages` }] });
  }
  const addressOf = addressesOfPages(request.url);
  const next = query.page < pages ? addressOf(query.page + 1) : null;
  const previous = query.page > 1 ? addressOf(query.page - 1) : null;
  const links = [
    next && `<${next}>; rel="next"`,
    previous && `<${previous}>; rel="prev"`,
    `<${addressOf(1)}>; rel="first"`,
    `<${addressOf(pages)}>; rel="last"`,
  ];
  reply.header('Link', links.filter(Boolean).join(', '));
  return { count, next, previous, results };
}
