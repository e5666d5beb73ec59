import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The outbox holds every job from the transaction that causes it until the job is settled; Bull only carries its id.
 * `mails` holds the content and the recipient of every mail, and records when it was sent.
 */
export class JobsAndMails1795392000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id          uuid PRIMARY KEY,
        job         text NOT NULL,
        payload     jsonb NOT NULL,
        attempts    integer NOT NULL DEFAULT 0,
        claims      integer NOT NULL DEFAULT 0,
        run_at      timestamptz NOT NULL DEFAULT now(),
        enqueued_at timestamptz,
        lease_until timestamptz,
        lease_token uuid,
        dead_at     timestamptz,
        last_error  text,
        created_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX outbox_due ON outbox (run_at) WHERE dead_at IS NULL;

      CREATE TABLE mails (
        id         uuid PRIMARY KEY,
        user_id    uuid REFERENCES users ON DELETE CASCADE,
        template   text NOT NULL,
        recipient  text NOT NULL,
        context    jsonb NOT NULL,
        sent_at    timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX mails_user ON mails (user_id);
      CREATE INDEX mails_sent ON mails (sent_at);

      CREATE TABLE worker_heartbeats (
        worker_id  uuid PRIMARY KEY,
        hostname   text NOT NULL,
        pid        integer NOT NULL,
        started_at timestamptz NOT NULL,
        beat_at    timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE worker_heartbeats, mails, outbox');
  }
}
