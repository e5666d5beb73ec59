import { describe, expect, it } from 'vitest';
import { queryOf } from './task-views.js';

const ask = (search: Parameters<typeof queryOf>[0]) => queryOf(search, '2026-12-01');

describe('the question of a list of tasks', () => {
  it('is that of its view, and of the first view for an unknown one', () => {
    const open = { status: 'pending,in_progress', ordering: 'due_date,-priority' };
    expect(ask({})).toEqual(open);
    expect(ask({ show: 'nonsense' })).toEqual(open);
    expect(ask({ show: 'today' })).toEqual({ ...open, due_after: '2026-12-01', due_before: '2026-12-01' });
    expect(ask({ show: 'overdue' })).toEqual({ overdue: 'true', ordering: 'due_date' });
  });

  it('is narrowed by status, priority and a text', () => {
    expect(ask({ status: 'in_progress', priority: 'high', search: 'plants' })).toEqual({
      status: 'in_progress',
      priority: 'high',
      search: 'plants',
      ordering: 'due_date,-priority',
    });
    expect(ask({ show: 'overdue', status: 'pending' })).toMatchObject({ overdue: 'true', status: 'pending' });
  });

  it('asks nothing that would be refused, and no open status among completed tasks', () => {
    expect(ask({ priority: 'urgent', status: 'lost' })).toEqual(ask({}));
    expect(ask({ show: 'completed', status: 'pending' })).toEqual(ask({ show: 'completed' }));
  });
});
