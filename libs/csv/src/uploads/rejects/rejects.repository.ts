import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan } from 'typeorm';
import { CsvReject } from './reject.entity.js';

/** Rejects that begin before this byte of the file; null for all. Of what was not read to its end, some may be missing behind it. */
type Settled = number | null;

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

  /** How many are kept whole, and how many only in part. */
  async census(uploadId: string, settled: Settled): Promise<{ whole: number; inPart: number }> {
    const [counted] = await this.dataSource.query(
      `SELECT count(*) FILTER (WHERE NOT raw_truncated) AS whole, count(*) FILTER (WHERE raw_truncated) AS in_part
         FROM csv_rejects WHERE upload_id = $1 AND ($2::bigint IS NULL OR byte_offset < $2)`,
      [uploadId, settled],
    );
    return { whole: Number(counted.whole), inPart: Number(counted.in_part) };
  }

  /**
   * Those that are kept whole, in file order, read as they are asked for and without a transaction that would stay open meanwhile.
   * @param expected how many there are: fails when some have gone meanwhile, as they do when the upload is deleted or retried
   */
  async *readWhole(uploadId: string, settled: Settled, expected: number): AsyncGenerator<CsvReject> {
    let read = 0;
    for (let after = -1; ; ) {
      const slice = await this.dataSource.manager.find(CsvReject, {
        where: {
          upload_id: uploadId,
          record_number: MoreThan(after),
          raw_truncated: false,
          ...(settled !== null && { byte_offset: LessThan(settled) }),
        },
        order: { record_number: 'ASC' },
        take: STREAMED_AT_A_TIME,
      });
      yield* slice;
      read += slice.length;
      if (slice.length < STREAMED_AT_A_TIME) break;
      after = slice.at(-1)!.record_number;
    }
    if (read !== expected) throw new Error(`Of ${expected} rejects ${read} were read: the others have gone.`);
  }
}
