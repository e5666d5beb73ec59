import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { CreateTaskDto, ReplaceTaskDto, wholeTask } from './create-task.dto.js';
import { filterOf, ListTasksDto, pageOf } from './list-tasks.dto.js';
import { PatchTaskDto, patchedFields } from './patch-task.dto.js';

/** Validates as the validation pipe does: the first fault of each field. */
function read<T extends object>(type: new () => T, plain: object): { dto: T; faults: Record<string, string> } {
  const dto = plainToInstance(type, plain);
  const errors = validateSync(dto, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  const faults = Object.fromEntries(
    errors.map((error) => [error.property, Object.values(error.constraints ?? {})[0]!]),
  );
  return { dto, faults };
}

const faultsOf = (type: new () => object, plain: object) => read(type, plain).faults;

describe('the body of a new task', () => {
  it('needs only a title, and gives the other fields their defaults', () => {
    const { dto, faults } = read(CreateTaskDto, { title: '  Note G ' });
    expect(faults).toEqual({});
    expect(wholeTask(dto)).toEqual({
      title: 'Note G',
      description: '',
      status: 'pending',
      priority: 'medium',
      due_date: null,
      due_is_day: false,
    });
  });

  it('accepts a due date in any zone', () => {
    const { dto } = read(CreateTaskDto, { title: 'x', due_date: '2026-12-24T18:00:00+01:00' });
    expect(wholeTask(dto)).toMatchObject({ due_date: new Date('2026-12-24T17:00:00Z'), due_is_day: false });
  });

  it('counts code points, as PostgreSQL does', () => {
    expect(faultsOf(CreateTaskDto, { title: '🚀'.repeat(255) })).toEqual({});
    expect(faultsOf(CreateTaskDto, { title: '🚀'.repeat(256) }).title).toBe('must have 1 to 255 characters');
    expect(faultsOf(CreateTaskDto, { title: '❤️'.repeat(128) }).title).toBe('must have 1 to 255 characters');
  });

  it.each([
    [{}, 'title', 'must be a text'],
    [{ title: null }, 'title', 'must be a text'],
    [{ title: 5 }, 'title', 'must be a text'],
    [{ title: '   ' }, 'title', 'must have 1 to 255 characters'],
    [{ title: 'a\0b' }, 'title', 'must not hold the character U+0000 or half of a surrogate pair'],
    [{ title: 'a\ud800b' }, 'title', 'must not hold the character U+0000 or half of a surrogate pair'],
    [
      { title: 'x', description: 'a\0b' },
      'description',
      'must not hold the character U+0000 or half of a surrogate pair',
    ],
    [{ title: 'x', description: 'a'.repeat(65_001) }, 'description', 'must have 0 to 65000 characters'],
    [{ title: 'x', status: 'done' }, 'status', 'must be one of pending, in_progress, completed'],
    [{ title: 'x', status: null }, 'status', 'must be one of pending, in_progress, completed'],
    [{ title: 'x', priority: 'urgent' }, 'priority', 'must be one of low, medium, high'],
    [
      { title: 'x', due_date: 'tomorrow' },
      'due_date',
      'must be an RFC 3339 time with its zone, such as 2026-12-24T18:00:00Z, or a date',
    ],
    [
      { title: 'x', due_date: 1766599200 },
      'due_date',
      'must be an RFC 3339 time with its zone, such as 2026-12-24T18:00:00Z, or a date',
    ],
    [{ title: 'x', completed_at: null }, 'completed_at', 'property completed_at should not exist'],
    [{ title: 'x', owner: 'me' }, 'owner', 'property owner should not exist'],
  ])('%j: %s %s', (plain, field, fault) => {
    expect(faultsOf(CreateTaskDto, plain)).toEqual({ [field]: fault });
  });
});

describe('the body of a replacement', () => {
  it('accepts a task as it was read, and ignores the fields that the service sets', () => {
    const asRead = {
      id: 'whatever',
      title: 'Note G',
      description: 'all of it',
      status: 'in_progress',
      priority: 'high',
      due_date: null,
      completed_at: 'never',
      version: 7,
      created_at: '2026-11-23T10:00:00.000Z',
      updated_at: 3,
    };
    const { dto, faults } = read(ReplaceTaskDto, asRead);
    expect(faults).toEqual({});
    expect(wholeTask(dto)).toEqual({
      title: 'Note G',
      description: 'all of it',
      status: 'in_progress',
      priority: 'high',
      due_date: null,
      due_is_day: false,
    });
  });

  it('needs the title, and rejects unknown fields', () => {
    expect(Object.keys(faultsOf(ReplaceTaskDto, { description: 'x', owner: 'me' })).sort()).toEqual(['owner', 'title']);
  });
});

describe('a merge patch', () => {
  it('changes only the fields that it has', () => {
    const { dto, faults } = read(PatchTaskDto, { priority: 'low', due_date: '2026-12-24' });
    expect(faults).toEqual({});
    expect(patchedFields(dto)).toEqual({
      priority: 'low',
      due_date: new Date('2026-12-24T23:59:59.999Z'),
      due_is_day: true,
    });
    expect(patchedFields(read(PatchTaskDto, {}).dto)).toEqual({});
  });

  it('clears description and due date with null', () => {
    const { dto, faults } = read(PatchTaskDto, { due_date: null, description: null });
    expect(faults).toEqual({});
    expect(patchedFields(dto)).toEqual({ due_date: null, due_is_day: false, description: '' });
  });

  it.each(['title', 'status', 'priority'])('rejects null for %s', (field) => {
    expect(Object.keys(faultsOf(PatchTaskDto, { [field]: null }))).toEqual([field]);
  });

  it.each(['id', 'version', 'completed_at', 'created_at', 'updated_at', 'owner'])('rejects the field %s', (field) => {
    expect(Object.keys(faultsOf(PatchTaskDto, { [field]: '1' }))).toEqual([field]);
  });
});

describe('the query of a list', () => {
  it('filters nothing when its parameters are absent or empty', () => {
    const nothing = { status: '', priority: '', due_before: '', due_after: '', overdue: '', search: '', ordering: '' };
    for (const query of [{}, nothing]) {
      const { dto, faults } = read(ListTasksDto, query);
      expect(faults).toEqual({});
      expect(Object.values(filterOf(dto)).every((value) => value === undefined)).toBe(true);
      expect(pageOf(dto)).toEqual({ order: undefined, offset: 0, limit: 20 });
    }
  });

  it('is parsed into filters, order and page', () => {
    const { dto, faults } = read(ListTasksDto, {
      status: 'pending',
      priority: 'high',
      due_before: '2027-01-01',
      due_after: '2026-12-01T00:00:00Z',
      overdue: 'false',
      search: 'engine',
      ordering: '-due_date,priority',
      page: '3',
      page_size: '50',
    });
    expect(faults).toEqual({});
    expect(filterOf(dto)).toEqual({
      statuses: ['pending'],
      priorities: ['high'],
      dueBefore: new Date('2027-01-02T00:00:00Z'),
      dueAfter: new Date('2026-12-01T00:00:00Z'),
      overdue: false,
      search: 'engine',
    });
    expect(pageOf(dto)).toEqual({
      order: [
        { field: 'due_date', descending: true },
        { field: 'priority', descending: false },
      ],
      offset: 100,
      limit: 50,
    });
  });

  it('takes several statuses and priorities, in any order', () => {
    const { dto, faults } = read(ListTasksDto, { status: 'completed, pending,completed', priority: 'high,low' });
    expect(faults).toEqual({});
    expect(filterOf(dto)).toMatchObject({ statuses: ['pending', 'completed'], priorities: ['low', 'high'] });
  });

  it('names the unknown values and the known ones', () => {
    expect(faultsOf(ListTasksDto, { status: 'pending,done,', priority: 'urgent' })).toEqual({
      status:
        'must be one of pending, in_progress, completed, or several of them in one parameter, separated by commas; unknown: "done", ""',
      priority:
        'must be one of low, medium, high, or several of them in one parameter, separated by commas; unknown: "urgent"',
    });
  });

  it.each(['abc', '1.5', '1e1', ''])('says that the page %j is no whole number', (text) => {
    const fault = 'must be a whole number';
    expect(faultsOf(ListTasksDto, { page: text, page_size: text })).toEqual({ page: fault, page_size: fault });
  });

  it.each([
    ['status', 'done'],
    ['status', 'pending;completed'],
    ['status', ','],
    ['cursor', ['a', 'b']],
    ['status', ['pending', 'completed']],
    ['priority', 'HIGH'],
    ['due_before', 'soon'],
    ['due_after', '2026-12-24T18:00:00'],
    ['overdue', 'yes'],
    ['search', 'x'.repeat(256)],
    ['search', 'a\0b'],
    ['search', ['a', 'b']],
    ['ordering', 'colour'],
    ['ordering', ['title', 'priority']],
    ['page', '0'],
    ['page', '1.5'],
    ['page_size', '101'],
    ['page_size', 'all'],
  ])('rejects %s=%s and names the parameter', (parameter, value) => {
    expect(Object.keys(faultsOf(ListTasksDto, { [parameter]: value }))).toEqual([parameter]);
  });
});
