import { describe, expect, it } from 'vitest';
import { defineProblem, Problem, problemCatalogue } from './problem.js';

const TooTall = defineProblem<{ limit: number }>('too_tall', {
  status: 413,
  title: 'Too tall',
  detail: ({ limit }) => `At most ${limit}.`,
  headers: { 'Retry-After': '5' },
});

describe('a problem', () => {
  it('has its kind, its own detail and its extensions', () => {
    expect(new TooTall({ limit: 3 })).toMatchObject({
      code: 'too_tall',
      status: 413,
      title: 'Too tall',
      detail: 'At most 3.',
      extensions: { limit: 3 },
    });
  });

  it('keeps the headers of its kind beside its own', () => {
    expect(new TooTall({ limit: 3 }, { headers: { Allow: 'GET' } }).headers).toEqual({
      'Retry-After': '5',
      Allow: 'GET',
    });
  });

  it('keeps its cause', () => {
    const cause = new Error('below');
    expect(new TooTall({ limit: 3 }, { cause }).cause).toBe(cause);
  });

  it('is an instance of its class and of Problem', () => {
    const problem = new TooTall({ limit: 3 });
    expect(problem).toBeInstanceOf(TooTall);
    expect(problem).toBeInstanceOf(Problem);
  });

  it('is in the catalogue once', () => {
    expect(problemCatalogue().get('too_tall')?.kind.status).toBe(413);
    expect(() => defineProblem('too_tall', { status: 400, title: '', detail: '' })).toThrow('defined twice');
  });
});
