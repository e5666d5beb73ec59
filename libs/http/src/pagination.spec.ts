import 'reflect-metadata';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CursorPageQueryDto, cursorOf, PageQueryDto, paginated, paginatedByCursor } from './pagination.js';
import { RequestValidationPipe } from './validation.js';

const read = (query: Record<string, unknown>) =>
  new RequestValidationPipe().transform(query, { type: 'query', metatype: PageQueryDto });

describe('the page that a query asks for', () => {
  it('is the first page of 20 by default', async () => {
    expect(await read({})).toEqual({ page: 1, page_size: 20 });
  });

  it('is read from digits', async () => {
    expect(await read({ page: '12', page_size: '100' })).toEqual({ page: 12, page_size: 100 });
  });

  it.each(['0', '-1', '1.0', '1e1', '0x1', '+1', ' 1', '', 'one', '1000000001', ['1', '2']])(
    'is refused for %j',
    async (page) => {
      await expect(read({ page })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '#/page', detail: expect.any(String) }],
      });
    },
  );

  it.each(['abc', '1.0', '1e1', '', ' 1', '１'])('must be a whole number: %j is none', async (text) => {
    await expect(read({ page: text, page_size: text })).rejects.toMatchObject({
      errors: [
        { pointer: '#/page', detail: 'must be a whole number' },
        { pointer: '#/page_size', detail: 'must be a whole number' },
      ],
    });
  });

  it.each(['0', '-1'])('must be at least 1: %j is not', async (page) => {
    await expect(read({ page })).rejects.toMatchObject({
      errors: [{ pointer: '#/page', detail: 'must be at least 1' }],
    });
  });

  it('is refused when it is too large', async () => {
    await expect(read({ page_size: '101' })).rejects.toMatchObject({
      errors: [{ pointer: '#/page_size', detail: 'must be at most 100' }],
    });
  });
});

function page(count: number, pageNumber: number, pageSize: number, url = '/api/v1/tasks/?status=pending') {
  const headers: Record<string, string> = {};
  const reply = { header: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
  const answer = paginated(
    { url, query: {} } as never,
    reply as never,
    Object.assign(new PageQueryDto(), { page: pageNumber, page_size: pageSize }),
    count,
    [],
  );
  return { ...answer, link: headers.Link ?? '' };
}

const pageOf = (address: string | null) =>
  address === null ? null : Number(new URL(address, 'http://x').searchParams.get('page'));

describe('a page', () => {
  it('keeps the other parameters in the addresses of the next and previous page', () => {
    expect(page(50, 2, 20)).toMatchObject({
      count: 50,
      next: '/api/v1/tasks/?status=pending&page=3',
      previous: '/api/v1/tasks/?status=pending&page=1',
    });
  });

  it('keeps a parameter with a question mark, and the parameters after it', () => {
    const { next } = page(50, 1, 20, '/api/v1/tasks/?search=who?&status=pending');
    expect(Object.fromEntries(new URL(next!, 'http://x').searchParams)).toEqual({
      search: 'who?',
      status: 'pending',
      page: '2',
    });
  });

  it('has an address for the next page also without a query', () => {
    expect(page(50, 1, 20, '/api/v1/tasks').next).toBe('/api/v1/tasks?page=2');
  });

  it('of an empty list is empty', () => {
    expect(page(0, 1, 20)).toMatchObject({ count: 0, next: null, previous: null });
  });

  it('past the end is refused', () => {
    expect(() => page(40, 3, 20)).toThrow(expect.objectContaining({ code: 'validation_failed' }));
    expect(() => page(0, 2, 20)).toThrow();
  });

  it('links so that following `next` visits each page once', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 100 }), (count, size) => {
        const visited = [];
        for (let at: number | null = 1; at !== null; at = pageOf(page(count, at, size).next)) visited.push(at);
        expect(visited).toEqual(Array.from({ length: Math.max(1, Math.ceil(count / size)) }, (_, index) => index + 1));
      }),
    );
  });

  it('tells parameters that it does not know, and nothing where it knows all', () => {
    const asked = Object.assign(new PageQueryDto(), { page: 1, page_size: 20 });
    const reply = { header: () => {} };
    const answer = (query: object) => paginated({ url: '/', query } as never, reply as never, asked, 0, []);
    expect(answer({ limit: '5' }).warnings).toMatchObject([{ parameter: 'limit', nearest: 'page_size' }]);
    expect(answer({ page_size: '5' })).not.toHaveProperty('warnings');
  });

  it('names first and last in its Link header', () => {
    const { link } = page(50, 2, 20);
    expect(link).toContain('page=1>; rel="first"');
    expect(link).toContain('page=3>; rel="last"');
    expect(link).toContain('rel="next"');
    expect(link).toContain('rel="prev"');
  });
});

describe('a page by cursor', () => {
  const asked = (query: Record<string, string>) =>
    cursorOf({ query } as never, Object.assign(new CursorPageQueryDto(), query));

  it('is asked for by a cursor, or by an empty one without a page', () => {
    expect(asked({ cursor: 'abc' })).toBe('abc');
    expect(asked({ cursor: '' })).toBe('');
    expect(asked({})).toBeUndefined();
    expect(asked({ page: '1', cursor: '' })).toBeUndefined();
  });

  it('cannot be asked for together with a page', () => {
    expect(() => asked({ page: '1', cursor: 'abc' })).toThrow(
      expect.objectContaining({ errors: [{ pointer: '#/cursor', detail: 'cannot be combined with page' }] }),
    );
  });

  it('links to the next page and the first, with the other parameters', () => {
    const headers: Record<string, string> = {};
    const reply = { header: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
    const url = '/api/v1/tasks/?cursor=abc&search=who?';
    const next = '/api/v1/tasks/?cursor=def&search=who%3F';
    const first = '</api/v1/tasks/?cursor=&search=who%3F>; rel="first"';
    expect(
      paginatedByCursor({ url, query: {} } as never, reply as never, new CursorPageQueryDto(), 'def', 5, []),
    ).toEqual({
      count: 5,
      next,
      previous: null,
      results: [],
    });
    expect(headers.Link).toBe(`<${next}>; rel="next", ${first}`);
    expect(
      paginatedByCursor({ url, query: {} } as never, reply as never, new CursorPageQueryDto(), null, 5, []).next,
    ).toBeNull();
    expect(headers.Link).toBe(first);
  });

  it('has no Link header that clients would refuse because of its length, and tells the next page in its body', () => {
    const headers: Record<string, string> = {};
    const reply = { header: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
    const url = `/api/v1/tasks/?search=${'x'.repeat(8_000)}`;
    const { next } = paginatedByCursor(
      { url, query: {} } as never,
      reply as never,
      new CursorPageQueryDto(),
      'def',
      5,
      [],
    );
    expect(next).toContain('cursor=def');
    expect(headers).toEqual({});
  });
});
