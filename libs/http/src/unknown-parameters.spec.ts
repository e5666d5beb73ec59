import 'reflect-metadata';
import { IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { CursorPageQueryDto } from './pagination.js';
import { unknownParameters } from './unknown-parameters.js';

class ThingsQueryDto extends CursorPageQueryDto {
  @IsOptional()
  filters?: string;

  @IsOptional()
  search?: string;

  @IsOptional()
  sort_by?: string;
}

const nearest = (query: object) =>
  unknownParameters(query, ThingsQueryDto).map((warning) => [warning.parameter, warning.nearest]);

describe('parameters of a query that its route does not know', () => {
  it('are none of its own, inherited or not, nor that which bypasses the cache', () => {
    const query = { page: '1', page_size: '5', cursor: 'x', filters: '{}', search: 'x', sort_by: 'x', nocache: 'true' };
    expect(nearest(query)).toEqual([]);
  });

  it.each([
    ['fitler', 'filters'],
    ['limit', 'page_size'],
    ['q', 'search'],
    ['order', 'sort_by'],
    ['orderBy', 'sort_by'],
    ['offset', 'page'],
    ['nextCursor', 'cursor'],
    ['utm_source', null],
    ['constructor', null],
  ])('are told with the name that was probably meant: %s, %s', (given, meant) => {
    expect(nearest({ [given]: '1' })).toEqual([[given, meant]]);
  });

  it('are told in a sentence', () => {
    const [warning] = unknownParameters({ limit: '5' }, ThingsQueryDto);
    expect(warning).toMatchObject({
      code: 'unknown_parameter',
      message: 'The parameter "limit" is not known here, and was ignored. Did you mean "page_size"?',
    });
  });

  it('are told as long as the answer stays small', () => {
    const query = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${'é'.repeat(900)}\ud800${n}`, '']));
    const warnings = unknownParameters(query, ThingsQueryDto);
    expect(warnings).toHaveLength(20);
    expect(JSON.stringify(warnings).length).toBeLessThan(20_000);
  });
});
