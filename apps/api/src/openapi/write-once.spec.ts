import fastify from 'fastify';
import { expect, it } from 'vitest';
import { writeOnce } from './write-once.js';

it('writes an answer for the first request, and keeps it for all others', async () => {
  const server = fastify();
  writeOnce(server, ['/document.yaml']);
  let times = 0;
  for (const url of ['/document.yaml', '/other'])
    server.get(url, (_request, reply) => reply.type('text/yaml').send(`written: ${++times}`));

  const answers = [];
  for (const method of ['HEAD', 'GET', 'GET', 'HEAD', 'GET'] as const)
    answers.push(await server.inject({ method, url: '/document.yaml' }));
  expect(answers.map(({ body }) => body)).toEqual(['', 'written: 1', 'written: 1', '', 'written: 1']);
  for (const { headers } of answers)
    expect(headers).toMatchObject({ 'content-type': expect.stringContaining('text/yaml'), 'content-length': '10' });
  expect((await server.inject('/other')).body).toBe('written: 2');
  expect((await server.inject('/other')).body).toBe('written: 3');
  await server.close();
});
