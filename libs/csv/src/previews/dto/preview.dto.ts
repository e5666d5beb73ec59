import { ApiProperty } from '@nestjs/swagger';
import { UploadColumnDto, UploadDialectDto, UploadFaultDto } from '../../uploads/dto/upload.dto.js';

export class AlternativeDto {
  dialect: UploadDialectDto;

  /**
   * The probability that this dialect is the right one, from 0 to 1.
   * @example 0.04
   */
  confidence: number;
}

export class PreviewRowDto {
  /**
   * The number of the row in the file, from 1.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  row_id: number;

  /** By the keys of the columns: numbers and booleans of columns that have such a type, else texts; null for an empty cell. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { city: 'Paris', price: 12.5 } })
  data: Record<string, unknown>;
}

/** How an upload of the file would be read, by its first MiB. */
export class PreviewDto {
  /** The dialect, detected or declared; null if the file has no table. */
  dialect: UploadDialectDto | null;

  /** What the dialect may be instead, most likely first. Each differs in one part, and in what follows from it. Declared parts have none. */
  alternatives: AlternativeDto[];

  /** In file order, with the types that the values have. */
  columns: UploadColumnDto[];

  /** The first 20 rows. */
  rows: PreviewRowDto[];

  /**
   * The first 20 lines above the table, 200 characters of each.
   * @example ["Prices of October", "all in EUR"]
   */
  preamble: string[];

  /**
   * The first 20 lines of the footer, 200 characters of each; empty unless the whole file was read.
   * @example ["Source: Office of Statistics"]
   */
  footer: string[];

  /** The reason why the upload would fail, and warnings, as the upload would have them. */
  errors: UploadFaultDto[];

  /** Whether the file has no more than what was read. */
  is_whole_file: boolean;
}
