import { ValidationFailed } from '@app/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageQueryDto } from './page.dto.js';

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

const addressOfPage = (url: string, page: number): string => {
  // A question mark may also stand in the query, so this is no split.
  const end = url.indexOf('?');
  const parameters = new URLSearchParams(end < 0 ? '' : url.slice(end));
  parameters.set('page', String(page));
  return `${end < 0 ? url : url.slice(0, end)}?${parameters}`;
};

/**
 * A page of a list, with `next` and `previous` as addresses relative to the host, and the same in a `Link` header (RFC 8288).
 * @throws ValidationFailed when the page lies past the end; page 1 of nothing is an empty page.
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
  const next = query.page < pages ? addressOfPage(request.url, query.page + 1) : null;
  const previous = query.page > 1 ? addressOfPage(request.url, query.page - 1) : null;
  const links = [
    next && `<${next}>; rel="next"`,
    previous && `<${previous}>; rel="prev"`,
    `<${addressOfPage(request.url, 1)}>; rel="first"`,
    `<${addressOfPage(request.url, pages)}>; rel="last"`,
  ];
  reply.header('Link', links.filter(Boolean).join(', '));
  return { count, next, previous, results };
}
