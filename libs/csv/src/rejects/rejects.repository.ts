import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { CsvReject } from './reject.entity.js';

/** A reject may have 64 KiB: so many are held in memory at a time. */
const STREAMED_AT_A_TIME = 100;

@Injectable()
export class RejectsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** In file order. */
  async list(
    uploadId: string,
    { page, pageSize }: { page: number; pageSize: number },
  ): Promise<{ count: number; rejects: CsvReject[] }> {
    const [rejects, count] = await this.dataSource.manager.findAndCount(CsvReject, {
      where: { upload_id: uploadId },
      order: { record_number: 'ASC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    });
    return { count, rejects };
  }

  /** All of them, in file order, read as they are asked for and without a transaction that would stay open meanwhile. */
  async *readAll(uploadId: string): AsyncGenerator<CsvReject> {
    for (let after = -1; ; ) {
      const slice = await this.dataSource.manager.find(CsvReject, {
        where: { upload_id: uploadId, record_number: MoreThan(after) },
        order: { record_number: 'ASC' },
        take: STREAMED_AT_A_TIME,
      });
      yield* slice;
      if (slice.length < STREAMED_AT_A_TIME) return;
      after = slice.at(-1)!.record_number;
    }
  }
}
