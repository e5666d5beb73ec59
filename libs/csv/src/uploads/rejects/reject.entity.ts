import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../upload.entity.js';

/** A rejected record of a file, in its original bytes. */
@Entity('csv_rejects')
export class CsvReject {
  @PrimaryColumn('uuid') upload_id: string;
  /** Its number among all records of the file, from 1. The header is not a record. */
  @PrimaryColumn('bigint', { transformer: bigintAsNumber }) record_number: number;
  /** The physical line on which it begins, from 1. */
  @Column('bigint', { transformer: bigintAsNumber }) line_number: number;
  @Column('bigint', { transformer: bigintAsNumber }) byte_offset: number;
  @Column('text') code: string;
  @Column('text') message: string;
  /** Its bytes in the file, without the line break. */
  @Column('bytea') raw: Buffer;
  /** The record is longer than the bytes that are kept. */
  @Column('boolean') raw_truncated: boolean;
}
