import { decodeFileText } from '@app/csv-format';
import { PageQueryDto, type ParameterWarning, ParameterWarningDto } from '@app/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { REJECT_CODES } from '../../ingest/batches/reject-codes.js';
import type { CsvReject } from '../rejects/reject.entity.js';

export class RejectDto {
  /**
   * Number of the record among all records of the file, from 1. The header and blank lines are not records.
   * @example 1048
   */
  @ApiProperty({ type: 'integer' })
  record_number: number;

  /**
   * The physical line on which the record begins, from 1.
   * @example 1061
   */
  @ApiProperty({ type: 'integer' })
  line_number: number;

  /**
   * Number of bytes in the file before the record.
   * @example 381204
   */
  @ApiProperty({ type: 'integer' })
  byte_offset: number;

  @ApiProperty({ enum: REJECT_CODES, enumName: 'RejectCode' })
  code: string;

  /**
   * The reason as a sentence.
   * @example The record has 5 cells, but the file has 4 columns.
   */
  message: string;

  /**
   * The text of the record without its line break; what does not decode is U+FFFD.
   * @example 7,Rome,12.50,,surplus
   */
  raw: string;

  /**
   * The bytes of the record in the file, in its encoding, in Base64; only if `raw` loses something.
   * @example Wm/rLEuBbG4=
   */
  raw_base64?: string;

  /** The record is longer than 64 KiB; only its beginning is stored. */
  raw_truncated: boolean;

  /** @param encoding of the file */
  static of(reject: CsvReject, encoding: string): RejectDto {
    const { record_number, line_number, byte_offset, code, message, raw, raw_truncated } = reject;
    const { text, isComplete } = decodeFileText(raw, encoding);
    return {
      record_number,
      line_number,
      byte_offset,
      code,
      message,
      raw: text,
      ...(!isComplete && { raw_base64: raw.toString('base64') }),
      raw_truncated,
    };
  }
}

export class RejectPageDto {
  /** Number of rejects on all pages. */
  @ApiProperty({ type: 'integer' })
  count: number;

  /** URL of the next page. */
  next: string | null;

  /** URL of the previous page. */
  previous: string | null;

  @ApiProperty({ type: [RejectDto] })
  results: RejectDto[];

  /** Parameters of the query that this address does not know and has ignored. Absent where there are none. */
  @ApiProperty({ type: [ParameterWarningDto], required: false })
  warnings?: ParameterWarning[];
}

export class ListRejectsDto extends PageQueryDto {
  /** `csv` returns all rejects as one file, to be corrected and uploaded again; it ignores `page` and `page_size`. */
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'], { message: 'must be json or csv' })
  format: 'json' | 'csv' = 'json';

  /** For `csv`: `true` puts an apostrophe before cells that a spreadsheet would take for a formula. Numbers do not change. */
  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  escape_formulas: 'true' | 'false' = 'false';
}
