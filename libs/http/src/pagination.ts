import { ValidationFailed } from '@app/problems';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ParameterWarning, unknownParameters } from './unknown-parameters.js';
import type { Dto } from './validation.js';

/**
 * A whole number in decimal digits; Number() would also accept 0x1, 1e1 and 1.0. A text that is no number breaks each of these rules, and
 * the first one that is broken is reported.
 */
const IsWholeNumber = (min: number, max: number, tooLarge = `must be at most ${max}`): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (/^-?\d+$/.test(String(value)) ? Number(value) : value)),
    IsInt({ message: 'must be a whole number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: tooLarge }),
  );

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
  @IsWholeNumber(1, 1_000_000_000, 'is too large')
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
  @IsWholeNumber(1, 100)
  page_size: number = 20;
}

/** The query parameters of a list that can also be walked by cursor. */
export class CursorPageQueryDto extends PageQueryDto {
  @ApiProperty({
    description:
      'The page behind another: its `next_cursor`, with the same filters and ordering. Empty: the first page, whose `next` has a cursor. ' +
      'A result that is not changed meanwhile is on one page, whatever is added or removed. Cannot be combined with `page`.',
    required: false,
    type: String,
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  cursor?: string;
}

/**
 * The cursor of the request, empty for the first page by cursor; undefined for a page by number. An empty cursor beside a page, as forms
 * send it, counts as absent.
 * @throws ValidationFailed when the request has both.
 */
export function cursorOf(request: FastifyRequest, { cursor }: CursorPageQueryDto): string | undefined {
  const hasPage = (request.query as Record<string, unknown>).page !== undefined;
  if (cursor && hasPage)
    throw new ValidationFailed({}, { errors: [{ pointer: '#/cursor', detail: 'cannot be combined with page' }] });
  return hasPage ? undefined : cursor;
}

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
  /** Only if there are some. */
  warnings?: ParameterWarning[];
}

/** What the query has that its DTO does not know. */
function warningsOf(request: FastifyRequest, query: PageQueryDto): Pick<Page<unknown>, 'warnings'> {
  const warnings = unknownParameters(request.query, query.constructor as Dto);
  return warnings.length > 0 ? { warnings } : {};
}

/**
 * A longer `Link` is left out, because it repeats a client's query up to four times. nginx takes a head of 4 or 8 KiB, Node's clients one of
 * 16 KiB; the body has the addresses anyway.
 */
const LONGEST_LINK = 3_072;

function setLink(reply: FastifyReply, links: (string | null)[]): void {
  const link = links.filter(Boolean).join(', ');
  if (link.length <= LONGEST_LINK) reply.header('Link', link);
}

/** Addresses of the other pages of the list at `url`, which differ in one parameter only. */
function addressesOfPages(url: string, parameter: 'page' | 'cursor'): (value: number | string) => string {
  // No split: the query itself may contain a question mark.
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  const parameters = new URLSearchParams(end < 0 ? '' : url.slice(end));
  return (value) => {
    parameters.set(parameter, String(value));
    return `${path}?${parameters}`;
  };
}

/**
 * A page of a list. `next` and `previous` are addresses relative to the host; a `Link` header (RFC 8288) repeats them.
 * @param query the DTO that the query was read into
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
  const addressOf = addressesOfPages(request.url, 'page');
  const next = query.page < pages ? addressOf(query.page + 1) : null;
  const previous = query.page > 1 ? addressOf(query.page - 1) : null;
  const links = [
    next && `<${next}>; rel="next"`,
    previous && `<${previous}>; rel="prev"`,
    `<${addressOf(1)}>; rel="first"`,
    `<${addressOf(pages)}>; rel="last"`,
  ];
  setLink(reply, links);
  return { count, next, previous, results, ...warningsOf(request, query) };
}

/** A page of a list that is walked by cursor, which goes forward only. `next` has the cursor of the next page. */
export function paginatedByCursor<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  query: PageQueryDto,
  nextCursor: string | null,
  count: number,
  results: T[],
): Page<T> {
  const addressOf = addressesOfPages(request.url, 'cursor');
  const next = nextCursor === null ? null : addressOf(nextCursor);
  setLink(reply, [next && `<${next}>; rel="next"`, `<${addressOf('')}>; rel="first"`]);
  return { count, next, previous: null, results, ...warningsOf(request, query) };
}
