import { type Client } from '../../../test/support/client.js';
import { TestApi, type TestUser } from '../../../test/support/test-api.js';
import { TasksHttpModule } from '../src/tasks.http.module.js';

export type { TestUser };

export interface Answer extends Omit<Awaited<ReturnType<Client['send']>>, 'headers'> {
  headers: Record<string, string | undefined>;
}

/** The tasks part of the api. */
export class TasksApi {
  private constructor(private readonly api: TestApi) {}

  static async start(environment: Record<string, string> = {}): Promise<TasksApi> {
    return new TasksApi(await TestApi.start([TasksHttpModule], environment));
  }

  get database() {
    return this.api.database;
  }

  /** Where it listens. */
  get url(): string {
    return this.api.url;
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  newUser(over?: { full_name?: string }): Promise<TestUser> {
    return this.api.newUser(over);
  }

  /** @param path below /api/v1 */
  async ask(
    user: TestUser,
    method: string,
    path: string,
    { body: json, headers }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await this.api.clientOf(user).send(method, path, { json, headers });
    return {
      status: answer.status,
      body: answer.body === '' ? undefined : answer.body,
      headers: Object.fromEntries(answer.headers),
    };
  }

  /** Creates a task. @throws Error when the answer is not 201. */
  async newTask(user: TestUser, over: object = {}): Promise<{ id: string; version: number; [field: string]: unknown }> {
    const { status, body } = await this.ask(user, 'POST', '/tasks/', { body: { title: 'Note G', ...over } });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  /** The user's mails that have a job in the outbox. */
  mailsOf(user: TestUser): Promise<{ template: string; recipient: string; context: Record<string, unknown> }[]> {
    return this.database.query(
      `SELECT template, recipient, context FROM mails
        WHERE user_id = $1 AND id IN (SELECT (payload->>'mail_id')::uuid FROM outbox WHERE job = 'mail.send') ORDER BY id`,
      [user.id],
    );
  }
}
