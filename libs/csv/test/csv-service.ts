import { IdempotencyModule } from '@app/http';
import { MailModule } from '@app/mail';
import { StorageModule } from '@app/storage';
import { UsersModule } from '@app/users';
import multipart from '@fastify/multipart';
import { Module } from '@nestjs/common';
import type { Answer, Client, UploadView } from '../../../test/support/client.js';
import { TestApi } from '../../../test/support/test-api.js';
import { CsvHttpModule } from '../src/csv.http.module.js';
import { CsvModule } from '../src/csv.module.js';
import { BatchWriter } from '../src/ingest/batches/batch-writer.js';
import { IngestRepository } from '../src/ingest/ingest.repository.js';
import { IngestService } from '../src/ingest/ingest.service.js';
import { IngestLoader } from '../src/ingest/ingest-loader.js';
import { IngestMails } from '../src/ingest/ingest-mails.js';
import { IngestPlanner } from '../src/ingest/ingest-planner.js';
import { ParserPool } from '../src/ingest/parser/parser-pool.js';

@Module({
  imports: [CsvModule, MailModule, UsersModule],
  providers: [IngestRepository, BatchWriter, ParserPool, IngestPlanner, IngestLoader, IngestMails, IngestService],
})
class IngestModule {}

const NEVER = new AbortController().signal;

/** Uploads over HTTP, and the worker's ingest in the same process: all of it real but the queue between them. */
export class CsvService {
  private constructor(
    private readonly api: TestApi,
    readonly client: Client,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<CsvService> {
    const modules = [StorageModule, IdempotencyModule, CsvHttpModule, IngestModule];
    const api = await TestApi.start(modules, { RATE_LIMIT: 'off', ...environment }, async (app) => {
      await app.register(multipart as never);
    });
    return new CsvService(api, api.clientOf(await api.newUser()));
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  /**
   * Uploads a file as the body itself, and ingests it.
   * @param query options, without the question mark
   * @returns the answer to the upload, and, unless it was refused, the upload when it has ended
   */
  async ingest(content: Uint8Array, query = ''): Promise<{ answer: Answer; upload: UploadView | null }> {
    const answer = await this.client.send('POST', `/csv-data/uploads/${query && `?${query}`}`, {
      body: content,
      headers: { 'content-type': 'text/csv' },
    });
    if (answer.status !== 201) return { answer, upload: null };
    await this.api.app.get(IngestService).ingest(answer.body.id, { signal: NEVER });
    const { body } = await this.client.get(`/csv-data/uploads/${answer.body.id}/`);
    return { answer, upload: body };
  }
}
