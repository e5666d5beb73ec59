import type { Task } from '@csv-tasks/client';
import { defineCommand, loggedIn } from '../command.js';
import { count, printJson, printTable, tell } from '../output.js';

const show = (tasks: Task[], json: boolean): void => {
  if (json) tasks.forEach(printJson);
  else
    printTable(
      ['id', 'status', 'priority', 'due', 'title'],
      tasks.map(({ id, status, priority, due_date, title }) => [id, status, priority, due_date, title]),
    );
};

const list = defineCommand({
  command: ['list', '$0'] as unknown as string,
  describe: 'List your tasks',
  builder: (yargs) =>
    yargs
      .option('status', { describe: 'pending, in_progress, completed, or several with commas', type: 'string' })
      .option('priority', { describe: 'low, medium, high, or several with commas', type: 'string' })
      .option('overdue', { describe: 'Only those past their due date', type: 'boolean', default: false })
      .option('search', { describe: 'A part of the title or the description', type: 'string' })
      .option('ordering', {
        describe: 'Fields to sort by, - before descending ones, as in --ordering=-priority,due_date',
        type: 'string',
      })
      .option('page', { describe: 'Page of the list', type: 'number', default: 1 }),
  run: async ({ status, priority, overdue, search, ordering, page, json }) => {
    const client = loggedIn();
    const query = {
      page,
      nocache: true,
      ...(status && { status }),
      ...(priority && { priority }),
      ...(search && { search }),
      ...(ordering && { ordering }),
      ...(overdue && { overdue: 'true' as const }),
    };
    const found = await client.call(client.api.GET('/api/v1/tasks/', { params: { query } }));
    show(found.results, json);
    if (!json) tell(`${found.results.length} of ${count(found.count)} tasks`);
    return undefined;
  },
});

const add = defineCommand({
  command: 'add <title>',
  describe: 'Add a task',
  builder: (yargs) =>
    yargs
      .positional('title', { type: 'string', demandOption: true })
      .option('description', { type: 'string', default: '' })
      .option('due-date', { alias: 'due', describe: 'A date, or an RFC 3339 time', type: 'string' })
      .option('priority', { choices: ['low', 'medium', 'high'] as const, default: 'medium' as const }),
  run: async ({ title, description, 'due-date': due, priority, json }) => {
    const client = loggedIn();
    const body = { title, description, priority, due_date: due ?? null, status: 'pending' as const };
    show([await client.call(client.api.POST('/api/v1/tasks/', { body }))], json);
    return undefined;
  },
});

const done = defineCommand({
  command: 'done <id>',
  describe: 'Complete a task',
  builder: (yargs) => yargs.positional('id', { type: 'string', demandOption: true }),
  run: async ({ id, json }) => {
    const client = loggedIn();
    show([await client.call(client.api.POST('/api/v1/tasks/{id}/complete/', { params: { path: { id } } }))], json);
    return undefined;
  },
});

/** The commands about tasks: `tasks`, `tasks add`, `tasks done`. */
export const taskCommands = [list, add, done];
