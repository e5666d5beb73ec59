import { describe, expect, it } from 'vitest';
import { PageQueryDto } from './page.dto.js';
import { RequestValidationPipe } from './validation.pipe.js';

const read = (query: Record<string, unknown>) =>
  new RequestValidationPipe().transform(query, { type: 'query', metatype: PageQueryDto });

describe('the page that a query asks for', () => {
  it('is the first, of twenty, when it does not say', async () => {
    expect(await read({})).toEqual({ page: 1, page_size: 20 });
  });

  it('is read from its digits', async () => {
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

  it('is refused when it is too large', async () => {
    await expect(read({ page_size: '101' })).rejects.toMatchObject({
      errors: [{ pointer: '#/page_size', detail: 'must be at most 100' }],
    });
  });
});
