import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/client.js';
import { Service } from '../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

const ADA = { email: 'Ada@Example.org', password: 'violet-harbour-29-lamps', full_name: 'Ada Lovelace' };

describe('registering', () => {
  it('creates an account and sends a welcome mail with HTML and text', async () => {
    const { status, body } = await service.client.post('/auth/user/register/', ADA);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'Ada@Example.org',
      username: 'Ada',
      full_name: 'Ada Lovelace',
      created_at: expect.stringMatching(/Z$/),
    });
    const [mail] = await service.inbox.waitForExactly(1, ({ to }) => to[0]?.toLowerCase() === 'ada@example.org');
    expect(mail!.html).toContain('Ada Lovelace');
    expect(mail!.text).toContain('Ada Lovelace');
  });

  it('treats null as an absent field', async () => {
    const nulls = { full_name: null, username: null, password_confirm: null };
    const wanted = { email: 'nobody.in.particular@example.org', password: ADA.password, ...nulls };
    const { status, body } = await service.client.post('/auth/user/register/', wanted);
    expect([status, body.full_name, body.username]).toEqual([201, '', 'nobody.in.particular']);
  });

  it('rejects an address that has an account, in any letter case', async () => {
    const { status, body } = await service.client.post('/auth/user/register/', { ...ADA, email: 'aDA@example.ORG' });
    expect([status, body.code]).toEqual([409, 'email_taken']);
  });

  it.each([
    ['no e-mail address', { email: 'ada' }, '#/email'],
    ['a line break in the address', { email: '"a\r\nBcc: eve"@example.org' }, '#/email'],
    ['a control character in the address', { email: '"a\u0007"@example.org' }, '#/email'],
    ['a short password', { password: 'k7!x' }, '#/password'],
    ['a password of 129 characters', { password: 'x9'.repeat(65) }, '#/password'],
    ['a common password', { password: 'password123' }, '#/password'],
    ['the address as password', { email: 'grace.hopper@example.org', password: 'grace.hopper' }, '#/password'],
    ['another confirmation', { password_confirm: 'violet-harbour-29-lamp' }, '#/password_confirm'],
    ['a field that is not known', { role: 'admin' }, '#/role'],
    ['a number for a text', { full_name: 7 }, '#/full_name'],
    ['a NUL character', { full_name: 'A\u0000B' }, undefined],
  ])('refuses %s', async (_what, change, pointer) => {
    const { status, body } = await service.client.post('/auth/user/register/', {
      ...ADA,
      email: 'new@example.org',
      ...change,
    });
    expect(status).toBe(400);
    if (pointer) expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  });

  it('happens once for one Idempotency-Key, with the same answer', async () => {
    const wanted = { email: 'once@example.org', password: 'violet-harbour-29-lamps' };
    const key = { 'idempotency-key': '1' };
    const first = await service.client.post('/auth/user/register/', wanted, key);
    const again = await service.client.post('/auth/user/register/', wanted, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    await service.inbox.waitForExactly(1, ({ to }) => to.includes(wanted.email));
  });

  it('rejects an address that is not a text, also with an Idempotency-Key', async () => {
    const wanted = { email: { toString: 1 }, password: 'violet-harbour-29-lamps' };
    const { status, body } = await service.client.post('/auth/user/register/', wanted, { 'idempotency-key': 'odd' });
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'validation_failed', '#/email']);
  });

  it('is independent of another person with the same Idempotency-Key', async () => {
    const key = { 'idempotency-key': '1' };
    const password = 'violet-harbour-29-lamps';
    for (const email of ['one@example.org', 'another@example.org']) {
      const { status, body } = await service.client.post('/auth/user/register/', { email, password }, key);
      expect([status, body.email]).toEqual([201, email]);
    }
  });

  it('leaves no account and no mail when it fails', async () => {
    await service.idle();
    const before = service.inbox.messages.length;
    await service.client.post('/auth/user/register/', ADA);
    await service.idle();
    expect(service.inbox.messages).toHaveLength(before);
  });
});

describe('a session', () => {
  it('is opened with the address in any letter case, and its token is accepted', async () => {
    const person = await service.client.withAccount();
    const { status, body } = await service.client.post('/auth/user/login/', {
      email: person.email.toUpperCase(),
      password: 'violet-harbour-29-lamps',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', token: expect.stringMatching(/^[\w-]{43}$/) });
    expect((await service.client.as(body.token).get('/auth/user/me/')).body.email).toBe(person.email);
  });

  it('is refused for a wrong password and for an unknown address with the same answer', async () => {
    const person = await service.client.withAccount();
    const wrong = await service.client.post('/auth/user/login/', { email: person.email, password: 'wrong' });
    const unknown = await service.client.post('/auth/user/login/', { email: 'nobody@example.org', password: 'wrong' });
    for (const answer of [wrong, unknown]) {
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const { request_id: _1, ...first } = wrong.body;
    const { request_id: _2, ...second } = unknown.body;
    expect(first).toEqual(second);
  });

  it('stores no token in plain text', async () => {
    const person = await service.client.withAccount();
    const [row] = await service.sql.query('SELECT token_hash FROM access_tokens WHERE user_id = $1', [person.userId]);
    expect(row.token_hash).toHaveLength(32);
    const [dump] = await service.sql.query('SELECT string_agg(t::text, $1) AS all FROM access_tokens t', [' ']);
    expect(dump.all).not.toContain(person.token);
  });

  it('ends in every process at once after logout, and other sessions stay', async () => {
    const second = await service.addApi();
    const person = await service.client.withAccount();
    const other = await service.client.post('/auth/user/login/', {
      email: person.email,
      password: 'violet-harbour-29-lamps',
    });
    const elsewhere = new Client(second.url, person.token);
    expect((await elsewhere.get('/auth/user/me/')).status).toBe(200);
    expect((await person.post('/auth/user/logout/')).status).toBe(200);
    expect((await elsewhere.get('/auth/user/me/')).status).toBe(401);
    expect((await person.get('/auth/user/me/')).status).toBe(401);
    expect((await person.as(other.body.token).get('/auth/user/me/')).status).toBe(200);
  });

  it('ends with all other sessions after logout-all', async () => {
    const person = await service.client.withAccount();
    const other = await service.client.post('/auth/user/login/', {
      email: person.email,
      password: 'violet-harbour-29-lamps',
    });
    const otherClient = person.as(other.body.token);
    expect((await otherClient.get('/auth/user/me/')).status).toBe(200);
    await person.post('/auth/user/logout-all/');
    expect((await person.get('/auth/user/me/')).status).toBe(401);
    expect((await otherClient.get('/auth/user/me/')).status).toBe(401);
  });

  it('ends when it expires, also for a process that accepted its token before', async () => {
    const short = await service.addApi({ TOKEN_TTL: '2' });
    const person = await service.client.withAccount();
    const elsewhere = new Client(short.url);
    const { body } = await elsewhere.post('/auth/user/login/', {
      email: person.email,
      password: 'violet-harbour-29-lamps',
    });
    const session = elsewhere.as(body.token);
    expect((await session.get('/auth/user/me/')).status).toBe(200);
    await sleep(2_100);
    const { status, body: problem } = await session.get('/auth/user/me/');
    expect([status, problem.code]).toEqual([401, 'invalid_token']);
  });

  it('gets its account from the cache, and 304 when it has the current answer', async () => {
    const person = await service.client.withAccount();
    const first = await person.get('/auth/user/me/');
    expect([first.headers.get('x-cache'), first.body.email]).toEqual(['MISS', person.email]);
    const second = await person.get('/auth/user/me/');
    expect([second.headers.get('x-cache'), second.body]).toEqual(['HIT', first.body]);
    const known = await person.get('/auth/user/me/', { 'if-none-match': first.headers.get('etag')! });
    expect([known.status, known.body]).toEqual([304, '']);
  });

  it('is required with WWW-Authenticate, with invalid_token only when a token was sent', async () => {
    const none = await service.client.get('/auth/user/me/');
    expect([none.status, none.body.code, none.headers.get('www-authenticate')]).toEqual([
      401,
      'not_authenticated',
      'Bearer',
    ]);
    const bad = await service.client.as('x'.repeat(43)).get('/auth/user/me/');
    expect([bad.status, bad.body.code]).toEqual([401, 'invalid_token']);
    expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('does not accept a token in the query or in the body', async () => {
    const person = await service.client.withAccount();
    expect((await service.client.get(`/auth/user/me/?access_token=${person.token}`)).status).toBe(401);
    expect((await service.client.post('/auth/user/logout/', { access_token: person.token })).status).toBe(401);
  });
});

describe('a password', () => {
  const OLD = 'violet-harbour-29-lamps';
  const NEW = 'amber-meadow-61-clocks';
  const login = (email: string, password: string) => service.client.post('/auth/user/login/', { email, password });
  const mailsTo = (email: string, subject: RegExp) => (mail: { to: string[]; subject: string }) =>
    mail.to.includes(email) && subject.test(mail.subject);
  const change = (person: Client, wanted: object) => person.post('/auth/user/password/change/', wanted);
  const reset = (email: unknown) => service.client.post('/auth/user/password/reset/', { email });
  const confirm = (token: unknown, new_password: string) =>
    service.client.post('/auth/user/password/reset/confirm/', { token, new_password });
  /** Asks for a reset. @returns the tokens of all mails that came for the address so far, this one included. */
  const tokensFor = async (email: string, count = 1, typed = email): Promise<string[]> => {
    expect((await reset(typed)).status).toBe(200);
    const mails = await service.inbox.waitForExactly(count, mailsTo(email, /Choose a new password/));
    return mails.map(({ text }) => /#token=([\w-]{43})/.exec(text)![1]!);
  };

  it('is changed by its owner: other sessions end, this one stays, and a mail tells of it', async () => {
    const person = await service.client.withAccount();
    const other = person.as((await login(person.email, OLD)).body.token);
    expect((await other.get('/auth/user/me/')).status).toBe(200);
    const { status, body } = await change(person, { current_password: OLD, new_password: NEW });
    expect([status, body]).toEqual([200, { detail: expect.any(String) }]);
    expect((await other.get('/auth/user/me/')).status).toBe(401);
    expect((await person.get('/auth/user/me/')).status).toBe(200);
    expect((await login(person.email, OLD)).status).toBe(401);
    expect((await login(person.email, NEW)).status).toBe(200);
    await service.inbox.waitForExactly(1, mailsTo(person.email, /password was changed/));
  });

  it.each([
    ['a wrong current password', { current_password: 'wrong' }, '#/current_password'],
    ['a weak new one', { new_password: 'password123' }, '#/new_password'],
    ['a short new one', { new_password: 'k7!x' }, '#/new_password'],
    ['an unknown field', { email: 'a@example.org' }, '#/email'],
  ])('is not changed with %s', async (_what, wanted, pointer) => {
    const person = await service.client.withAccount();
    const { status, body } = await change(person, { current_password: OLD, new_password: NEW, ...wanted });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    expect((await login(person.email, OLD)).status).toBe(200);
  });

  it('is not changed without a session', async () => {
    expect((await change(service.client, { current_password: OLD, new_password: NEW })).status).toBe(401);
  });

  it('is changed by one of two changes at the same time', async () => {
    const person = await service.client.withAccount();
    const wanted = [NEW, 'copper-island-84-violins'];
    const answers = await Promise.all(
      wanted.map((new_password) => change(person, { current_password: OLD, new_password })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const winner = wanted[answers.findIndex(({ status }) => status === 200)]!;
    expect((await login(person.email, winner)).status).toBe(200);
  });

  it('leaves no session to logins with the old one that are under way', async () => {
    const person = await service.client.withAccount();
    const logins = Array.from({ length: 30 }, () => login(person.email, OLD));
    expect((await change(person, { current_password: OLD, new_password: NEW })).status).toBe(200);
    const tokens = (await Promise.all(logins)).flatMap(({ status, body }) => (status === 200 ? [body.token] : []));
    for (const token of tokens) expect((await person.as(token).get('/auth/user/me/')).status).toBe(401);
  });

  it('is chosen anew with the token of a mail, once: all sessions end, and a mail tells of it', async () => {
    const person = await service.client.withAccount();
    const [token] = await tokensFor(person.email, 1, person.email.toUpperCase());
    const weak = await confirm(token, 'password123');
    expect([weak.status, weak.body.errors?.[0]?.pointer]).toEqual([400, '#/new_password']);
    expect((await confirm(token, NEW)).status).toBe(200);
    expect((await person.get('/auth/user/me/')).status).toBe(401);
    expect((await login(person.email, OLD)).status).toBe(401);
    expect((await login(person.email, NEW)).status).toBe(200);
    await service.inbox.waitForExactly(1, mailsTo(person.email, /password was changed/));
    const again = await confirm(token, 'copper-island-84-violins');
    expect([again.status, again.body.code]).toEqual([400, 'invalid_reset_token']);
  });

  it('is chosen by one of several requests that use a token at the same time', async () => {
    const person = await service.client.withAccount();
    const [token] = await tokensFor(person.email);
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(token, NEW)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('is not chosen with a token that is invented, older than an hour, or void because the password was changed', async () => {
    const person = await service.client.withAccount();
    const [first] = await tokensFor(person.email);
    await service.sql.query("UPDATE password_resets SET expires_at = now() - interval '1 s' WHERE user_id = $1", [
      person.userId,
    ]);
    const [, second] = await tokensFor(person.email, 2);
    expect((await change(person, { current_password: OLD, new_password: NEW })).status).toBe(200);
    for (const token of ['x'.repeat(43), first, second]) {
      const { status, body } = await confirm(token, 'copper-island-84-violins');
      expect([status, body.code]).toEqual([400, 'invalid_reset_token']);
    }
    expect((await login(person.email, NEW)).status).toBe(200);
  });

  it('has tokens that work for an hour and are nowhere in the database', async () => {
    const person = await service.client.withAccount();
    const [token] = await tokensFor(person.email);
    const [row] = await service.sql.query(
      'SELECT token_hash, extract(epoch FROM expires_at - created_at)::int AS lives FROM password_resets WHERE user_id = $1',
      [person.userId],
    );
    expect(row.token_hash).toHaveLength(32);
    expect(Math.abs(row.lives - 3600)).toBeLessThan(60);
    for (const table of ['password_resets', 'mails', 'outbox', 'idempotency_keys']) {
      const [dump] = await service.sql.query(`SELECT string_agg(t::text, ' ') AS all FROM ${table} t`);
      expect(dump.all ?? '').not.toContain(token);
    }
  });

  it('is asked for with the same answer for an unknown address, which gets no mail', async () => {
    const person = await service.client.withAccount();
    const known = await reset(person.email);
    const unknown = await reset('nobody@example.org');
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    await service.inbox.waitForExactly(1, mailsTo(person.email, /Choose a new password/));
    await service.idle();
    expect(service.inbox.messages.filter(({ to }) => to.includes('nobody@example.org'))).toEqual([]);
  });

  it('is asked for with the same statements for an unknown address, so the time tells nothing', async () => {
    const person = await service.client.withAccount();
    await service.idle();
    await Promise.all(service.workers.map((worker) => worker.stop()));
    for (const email of [person.email, 'nobody@example.org']) expect((await reset(email)).status).toBe(200);
    const jobs = await service.sql.query('SELECT job, payload FROM outbox ORDER BY created_at');
    expect(jobs).toEqual(
      [person.email, 'nobody@example.org'].map((email) => ({ job: 'users.password-reset', payload: { email } })),
    );
    await service.addWorker();
    await service.inbox.waitForExactly(1, mailsTo(person.email, /Choose a new password/));
  });

  it('brings five mails within an hour at most, however often it is asked for', async () => {
    const person = await service.client.withAccount();
    for (let count = 1; count <= 5; count += 1) await tokensFor(person.email, count);
    await reset(person.email);
    await service.idle();
    await service.inbox.waitForExactly(5, mailsTo(person.email, /Choose a new password/));
  });

  it.each([[{ toString: 1 }], [''], [null]])('is not asked for with %j as the address', async (email) => {
    const { status, body } = await reset(email);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '#/email']);
  });

  it('can be asked for 3 times a minute for an address, and be guessed 20 times', async () => {
    const limited = new Client((await service.addApi({ RATE_LIMIT: 'on' })).url);
    const person = limited.as((await service.client.withAccount()).token);
    const statuses = [];
    for (let i = 0; i < 5; i += 1)
      statuses.push((await limited.post('/auth/user/password/reset/', { email: 'limit@example.org' })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => change(person, { current_password: 'wrong', new_password: NEW })),
    );
    expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
  });
});
