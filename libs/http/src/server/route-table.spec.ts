import { describe, expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

const table = () => {
  const routes = new RouteTable();
  routes.add({ url: '/tasks/', method: 'GET' });
  routes.add({ url: '/tasks', method: ['POST', 'GET'] });
  routes.add({ url: '/tasks/:id/complete', method: 'POST' });
  routes.add({ url: '/docs/*', method: 'GET' });
  return routes;
};

describe('the route table', () => {
  it.each([
    ['/tasks', ['GET', 'POST']],
    ['/tasks/', ['GET', 'POST']],
    ['/tasks/?page=2', ['GET', 'POST']],
    ['/tasks/7/complete/', ['POST']],
    ['/tasks/7/8/complete', []],
    ['/tasks//complete', []],
    ['/tasksX', []],
    ['/docs/x', []],
  ])('%s answers to %j', (url, methods) => {
    expect(table().methodsOf(url)).toEqual(methods);
  });
});
