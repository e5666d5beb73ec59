import { isUtf8 } from 'node:buffer';
import { PageQueryDto } from '@app/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { REJECT_CODES } from '../../ingest/batches/batch.js';
import type { CsvReject } from '../rejects/reject.entity.js';

export class RejectDto {
  /**
   * Its place among the file's records, accepted ones included, from 1; header and blank lines are none.
   * @example 1048
   */
  @ApiProperty({ type: 'integer' })
  record_number: number;

  /**
   * The physical line it begins on, from 1.
   * @example 1061
   */
  @ApiProperty({ type: 'integer' })
  line_number: number;

  /**
   * How many bytes of the file stand before it.
   * @example 381204
   */
  @ApiProperty({ type: 'integer' })
  byte_offset: number;

  @ApiProperty({ enum: REJECT_CODES })
  code: string;

  /** The same in a sentence. */
  message: string;

  /**
   * The record as it stands in the file, in UTF-8 and without its line end.
   * @example 7,Rome,12.50,,surplus
   */
  raw: string;

  /** The same in Base64, where `raw` cannot show every byte. */
  raw_base64?: string;

  /** The record was longer than the 64 KiB that are kept of one. */
  raw_truncated: boolean;

  static of(reject: CsvReject): RejectDto {
    const { record_number, line_number, byte_offset, code, message, raw, raw_truncated } = reject;
    return {
      record_number,
      line_number,
      byte_offset,
      code,
      message,
      raw: raw.toString(),
      ...(!isUtf8(raw) && { raw_base64: raw.toString('base64') }),
      raw_truncated,
    };
  }
}

export class RejectPageDto {
  /** Rejects on all pages. */
  @ApiProperty({ type: 'integer' })
  count: number;

  /** Address of the next page. */
  next: string | null;

  /** Address of the page before. */
  previous: string | null;

  @ApiProperty({ type: [RejectDto] })
  results: RejectDto[];
}

export class ListRejectsDto extends PageQueryDto {
  /** `csv`: all of them as one file, ready to be corrected and uploaded again; `page` and `page_size` do not count then. */
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'], { message: 'must be json or csv' })
  format: 'json' | 'csv' = 'json';
}
