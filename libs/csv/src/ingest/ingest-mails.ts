import type { Tx } from '@app/database';
import { MailOutbox } from '@app/mail';
import { UsersRepository } from '@app/users';
import { Injectable } from '@nestjs/common';
import type { CsvUpload, UploadError } from '../uploads/upload.entity.js';

/** Mails the owner of an upload how its ingest ended. */
@Injectable()
export class IngestMails {
  constructor(
    private readonly users: UsersRepository,
    private readonly mails: MailOutbox,
  ) {}

  /** @param rows the first ones: their cells in column order, cut where they are long */
  async completed(
    tx: Tx,
    upload: CsvUpload,
    rejects: { code: string; count: number }[],
    rows: readonly string[][],
  ): Promise<void> {
    const user = await this.users.get(upload.user_id);
    const { id, original_filename, processed_rows, rejected_rows, columns } = upload;
    await this.mails.add(tx, {
      to: user.email,
      userId: user.id,
      template: 'csv-completed',
      context: {
        full_name: user.full_name,
        upload_id: id,
        original_filename,
        total_rows: processed_rows + rejected_rows,
        processed_rows,
        rejected_rows,
        duration_seconds: (upload.completed_at!.getTime() - upload.started_at!.getTime()) / 1000,
        columns: columns.map(({ name, type }) => ({ name, type })),
        rejects,
        warnings: warningsOf(upload.errors),
        rows: rows.map((cells) => ({ cells: cells.map((value, at) => ({ name: columns[at]!.name, value })) })),
      },
    });
  }

  async failed(tx: Tx, upload: CsvUpload, { code, message }: UploadError): Promise<void> {
    const user = await this.users.get(upload.user_id);
    await this.mails.add(tx, {
      to: user.email,
      userId: user.id,
      template: 'csv-failed',
      context: {
        full_name: user.full_name,
        upload_id: upload.id,
        original_filename: upload.original_filename,
        code,
        message,
        rejected_rows: upload.rejected_rows,
        // The first entry is the failure.
        warnings: warningsOf(upload.errors.slice(1)),
      },
    });
  }
}

const warningsOf = (errors: readonly UploadError[]) =>
  errors.map(({ code, message, first_line }) => ({
    code,
    message,
    ...(typeof first_line === 'number' && { first_line }),
  }));
