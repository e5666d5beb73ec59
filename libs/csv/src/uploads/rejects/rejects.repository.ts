import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan } from 'typeorm';
import { CsvReject } from './reject.entity.js';

/** Selects rejects that begin before this byte of the file, or all if null. While a file is being read, some may be missing behind it. */
type ByteLimit = number | null;

/** Rejects in memory at a time; each may have 64 KiB. */
const ROWS_PER_READ = 100;

/** Reads rejects. BatchWriter inserts them. */
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

  /** How many rejects are stored whole, and how many are truncated. */
  async countByCompleteness(uploadId: string, before: ByteLimit): Promise<{ whole: number; truncated: number }> {
    const [counted] = await this.dataSource.query(
      `SELECT count(*) FILTER (WHERE NOT raw_truncated) AS whole, count(*) FILTER (WHERE raw_truncated) AS truncated
         FROM csv_rejects WHERE upload_id = $1 AND ($2::bigint IS NULL OR byte_offset < $2)`,
      [uploadId, before],
    );
    return { whole: Number(counted.whole), truncated: Number(counted.truncated) };
  }

  /**
   * Reads the whole rejects in file order, without a transaction that stays open for as long as the client reads.
   * @param expected number of rejects: throws at the end if some were deleted meanwhile, by a deletion or a retry of the upload
   */
  async *readWhole(uploadId: string, before: ByteLimit, expected: number): AsyncGenerator<CsvReject> {
    let read = 0;
    for (let after = -1; ; ) {
      const rejects = await this.dataSource.manager.find(CsvReject, {
        where: {
          upload_id: uploadId,
          record_number: MoreThan(after),
          raw_truncated: false,
          ...(before !== null && { byte_offset: LessThan(before) }),
        },
        order: { record_number: 'ASC' },
        take: ROWS_PER_READ,
      });
      yield* rejects;
      read += rejects.length;
      if (rejects.length < ROWS_PER_READ) break;
      after = rejects.at(-1)!.record_number;
    }
    if (read !== expected) throw new Error(`Read ${read} of ${expected} rejects: the others were deleted meanwhile.`);
  }
}
