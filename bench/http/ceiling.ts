import Fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { v7 } from 'uuid';

/*
 * Bare Fastify handlers that answer the same requests without token, validation, cache rules, log and security headers. They show the
 * cost of the framework alone. The URLs of the servers come by argv; the address is printed on stdout.
 */
const [databaseUrl, redisUrl, poolSize] = process.argv.slice(2);
const JSON_TYPE = 'application/json; charset=utf-8';

const app = Fastify();
const redis = new Redis(redisUrl!.replace('unix://', ''));
const pool = new pg.Pool({ connectionString: databaseUrl, max: Number(poolSize) });

// The two queries of the service, without TypeORM's column aliases.
const COUNT = 'SELECT COUNT(1) AS cnt FROM tasks task WHERE task.user_id = $1';
const PAGE = `SELECT task.id, task.user_id, task.title, task.description, task.status, task.priority, task.due_date,
  task.completed_at, task.version, task.created_at, task.updated_at
  FROM tasks task WHERE task.user_id = $1 ORDER BY task.created_at DESC, task.id DESC LIMIT 20 OFFSET 0`;
const INSERT = `INSERT INTO tasks(id, user_id, title, description, status, priority, due_date, completed_at, version, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

interface OfUser {
  Params: { user: string };
}

// A long answer is faster as bytes, a short one as text.
app.get<OfUser>('/list/:user', async (request, reply) => {
  const answer = await redis.getBuffer(`ceiling:list:${request.params.user}`);
  return reply.type(JSON_TYPE).send(answer);
});

app.get<OfUser>('/me/:user', async (request, reply) => {
  const answer = await redis.get(`ceiling:me:${request.params.user}`);
  return reply.type(JSON_TYPE).send(answer);
});

app.get<OfUser>('/rows/:user', async (request, reply) => {
  const [count, page] = await Promise.all([
    pool.query(COUNT, [request.params.user]),
    pool.query(PAGE, [request.params.user]),
  ]);
  return reply.type(JSON_TYPE).send(JSON.stringify({ count: Number(count.rows[0].cnt), results: page.rows }));
});

interface NewTask {
  title: string;
  description: string;
  priority: string;
  due_date: string;
}

app.post<OfUser & { Body: NewTask }>('/rows/:user', async (request, reply) => {
  const { title, description, priority, due_date } = request.body;
  const now = new Date();
  const task = { id: v7(), user_id: request.params.user, title, description, status: 'pending', priority, due_date };
  const whole = { ...task, completed_at: null, version: 1, created_at: now, updated_at: now };
  const client = await pool.connect();
  try {
    await client.query('START TRANSACTION');
    await client.query(INSERT, Object.values(whole));
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return reply.status(201).type(JSON_TYPE).send(JSON.stringify(whole));
});

console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
