import { Column, Entity, PrimaryColumn } from 'typeorm';

const bigintAsNumber = { to: (value: number) => value, from: (value: string) => Number(value) };

/** A record of a file that did not fit, kept as it was. */
@Entity('csv_rejects')
export class CsvReject {
  @PrimaryColumn('uuid') upload_id: string;
  /** Its place among the records of the file, accepted ones included, from 1; a header is none. */
  @PrimaryColumn('bigint', { transformer: bigintAsNumber }) record_number: number;
  /** The physical line it begins on, from 1. */
  @Column('bigint', { transformer: bigintAsNumber }) line_number: number;
  @Column('bigint', { transformer: bigintAsNumber }) byte_offset: number;
  @Column('text') code: string;
  @Column('text') message: string;
  /** Its bytes, without the line end: UTF-8 but for what was invalid in the file. */
  @Column('bytea') raw: Buffer;
  /** It was longer than what is kept of one. */
  @Column('boolean') raw_truncated: boolean;
}
