import { isDeepStrictEqual } from 'node:util';
import { CONFIG, type Config } from '@app/config';
import {
  type ColumnType,
  type CsvColumn,
  columnRules,
  isOrderOpen,
  NONE,
  nearType,
  type Readings,
  readingsLike,
  readingsOf,
  readingsOfType,
  typeAndFormatOf,
  typeOfFormat,
  type WouldBe,
} from '@app/csv-format';
import { Deadline, Transactions } from '@app/database';
import { NotFound, ValidationFailed } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import {
  bytesOf,
  haveLongNames,
  haveLongNullValues,
  MAX_NAMES_BYTES,
  MAX_NULL_VALUES_BYTES,
} from '../../uploads/column-limits.js';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { UploadEffects } from '../../uploads/upload-effects.js';
import { UploadsRepository } from '../../uploads/uploads.repository.js';
import { IndexCatalogue } from '../indexes/index-catalogue.js';
import { ProfilesRepository } from '../profile/profiles.repository.js';
import { ReadyUploads } from '../ready-uploads.js';
import { FormatNeeded, TypeDoesNotHold } from '../rows.problems.js';
import { ColumnCheck } from './column-check.js';

/** The changes of a column; a field that is absent stays as it is. */
export interface ColumnChange {
  name?: string;
  type?: ColumnType;
  /** null: the form of the type that needs no format. */
  format?: string | null;
  null_values?: string[];
}

/**
 * Changes the columns of completed uploads: their labels, and how their values are read. The stored rows stay as they are; a change of
 * type is checked against all of them first.
 */
@Injectable()
export class ColumnChanges {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly ready: ReadyUploads,
    private readonly check: ColumnCheck,
    private readonly transactions: Transactions,
    private readonly uploads: UploadsRepository,
    private readonly indexes: IndexCatalogue,
    private readonly profiles: ProfilesRepository,
    private readonly effects: UploadEffects,
  ) {}

  /**
   * Returns the column after the change.
   * @throws NotFound, UploadNotReady, ValidationFailed, TypeDoesNotHold, FormatNeeded, QueryTimeout, ClientGone
   */
  async change(userId: string, uploadId: string, key: string, change: ColumnChange, signal: AbortSignal) {
    const deadline = Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    for (;;) {
      const upload = await this.ready.get(userId, uploadId);
      const column = upload.columns.find((one) => one.key === key);
      if (!column) throw new NotFound({ what: 'column' });
      const told = await this.tell(upload, column, change, deadline);
      // If another change of the same column was saved first, this one is made again, on its result.
      if (await this.save(upload, column, told)) return told;
      deadline.check();
    }
  }

  private async tell(
    upload: CsvUpload,
    column: CsvColumn,
    change: ColumnChange,
    deadline: Deadline,
  ): Promise<CsvColumn> {
    const { type, format } = wantedOf(column, change);
    const told = {
      ...column,
      name: change.name ?? column.name,
      null_values: change.null_values ?? column.null_values,
    };
    if (type === column.type && format === column.format && isDeepStrictEqual(told.null_values, column.null_values))
      return told;
    if (type === 'text') {
      const would_be = column.type === 'text' ? await this.nearlyAnew(upload, told, deadline) : null;
      return { ...told, type, format: null, would_be };
    }

    const wanted = { readings: readingsWanted(type, format), isDeclared: true };
    const checked = await this.check.run(upload, column, wanted, told.null_values, deadline);
    if (checked.exceptions) {
      throw new TypeDoesNotHold({
        column: column.key,
        type,
        format: format ?? null,
        exceptions: checked.exceptions.count,
        first: checked.exceptions.first,
      });
    }
    if (checked.filled === 0) return { ...told, type, format: format ?? null, would_be: null };
    if (isOrderOpen(checked.readings)) throw new FormatNeeded({ column: column.key, type });
    // Where no value shows which of several marks that look alike it is, it is the one that was asked for.
    const asked = typeof format === 'string' ? checked.readings & readingsOf(type, format) : NONE;
    const readings = asked === NONE ? checked.readings : asked;
    return { ...told, ...typeAndFormatOf(readings, upload.dialect?.decimal ?? '.'), type, would_be: null };
  }

  /** The type that nearly all values of a column of text have with other null values. */
  private async nearlyAnew(upload: CsvUpload, column: CsvColumn, deadline: Deadline): Promise<WouldBe | null> {
    const [rule] = columnRules([column], upload.options);
    const found = await this.check.run(upload, column, rule!, column.null_values, deadline);
    const before = column.would_be;
    const isAsBefore =
      before !== null &&
      before.exceptions === found.exceptions?.count &&
      before.first.row_id === found.exceptions.first.row_id;
    // How many records at the end are totals was seen while the file was read.
    return isAsBefore ? before : nearType(found);
  }

  /** @returns false if the column is no longer as it was. @throws NotFound, ValidationFailed */
  private async save(upload: CsvUpload, before: CsvColumn, told: CsvColumn): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const locked = await this.uploads.lockCompleted(tx.manager, upload.id);
      if (!locked) throw new NotFound({ what: 'upload' });
      if (
        !isDeepStrictEqual(
          locked.columns.find(({ key }) => key === before.key),
          before,
        )
      )
        return false;
      const columns = locked.columns.map((column) => (column.key === told.key ? told : column));
      requireShort(columns, before, told);
      await this.uploads.saveColumns(tx.manager, upload.id, columns);
      if (!isReadAlike(before, told)) {
        await this.indexes.dropOfColumn(tx, upload.id, told.key);
        await this.profiles.forget(tx, upload.id);
      }
      this.effects.invalidateCacheAfterCommit(tx, upload);
      return true;
    });
  }
}

/**
 * Refuses a change after which an answer about the upload would be too long. What makes the columns shorter is always allowed: an upload of
 * an earlier version may have longer ones.
 * @throws ValidationFailed
 */
function requireShort(columns: readonly CsvColumn[], before: CsvColumn, told: CsvColumn): void {
  const refuse = (field: string, limit: number) => {
    const detail = `is too long: all columns of an upload together may have ${limit / 1024} KiB of it`;
    throw new ValidationFailed({}, { errors: [{ pointer: `#/${field}`, detail }] });
  };
  if (bytesOf([told.name]) > bytesOf([before.name]) && haveLongNames(columns)) refuse('name', MAX_NAMES_BYTES);
  if (bytesOf(told.null_values) > bytesOf(before.null_values) && haveLongNullValues(columns))
    refuse('null_values', MAX_NULL_VALUES_BYTES);
}

/** Whether both read the same values from the same texts. */
const isReadAlike = (one: CsvColumn, other: CsvColumn): boolean =>
  one.type === other.type && one.format === other.format && isDeepStrictEqual(one.null_values, other.null_values);

/** The type and format that a change asks for; the format is undefined where it is to be found. @throws ValidationFailed */
function wantedOf(column: CsvColumn, change: ColumnChange): { type: ColumnType; format: string | null | undefined } {
  const { format } = change;
  const type = change.type ?? (typeof format === 'string' ? typeFor(column, format) : column.type);
  if (typeof format === 'string' && (type === null || readingsOf(type, format) === NONE)) {
    throw new ValidationFailed(
      {},
      {
        errors: [
          {
            pointer: '#/format',
            detail: `is no format of ${type === null ? 'a number or a day' : `the type ${type}`}, such as 1.234,56 or DD.MM.YYYY`,
          },
        ],
      },
    );
  }
  if (format !== undefined) return { type: type!, format };
  return { type: type!, format: change.type === undefined || change.type === column.type ? column.format : undefined };
}

/** A format of days is one of days with a time too, which such a column stays. */
const typeFor = ({ type }: CsvColumn, format: string): ColumnType | null =>
  readingsOf(type, format) === NONE ? typeOfFormat(format) : type;

function readingsWanted(type: ColumnType, format: string | null | undefined): Readings {
  return format === undefined ? readingsOfType(type) : readingsLike(type, format);
}
