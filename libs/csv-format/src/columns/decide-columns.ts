import type { ColumnType, CsvColumn, Warning, WouldBe } from '../model.js';
import { isOrderOpen, readNumberFormat, type TypeAndFormat, typeAndFormatOf, typeOf } from './column-formats.js';
import { declaredType, optionsAgainst, type TypeOptions } from './column-rules.js';
import {
  COMMA,
  type DecimalMark,
  groupedBy,
  INTEGER,
  NONE,
  NUMBERS,
  POINT,
  type Readings,
  WITH_COMMA,
  WITH_POINT,
} from './readings.js';
import { shownValue } from './shown-value.js';

/** What all values of a column have shown. `ColumnEvidence` of all parts of the file, joined. */
export interface ColumnFindings {
  readings: Readings;
  /** Values that are not empty. */
  filled: number;
  /** The values that keep the column from its readings; null without one. */
  exceptions: FoundExceptions | null;
}

interface FoundExceptions {
  count: number;
  /** Those that have the text of the first. */
  alike: number;
  first: { row_id: number; value: string };
  line: number;
  /** Those that have a reading which only the options rule out; `value` and `line` of the first of them. */
  ruledOut?: { count: number; value: string; line: number };
}

/** What is known about the file beside its values. */
export interface FileFacts {
  options: TypeOptions & { null_values?: readonly string[] };
  /** As detected in the first MiB. */
  decimal: DecimalMark;
  delimiter: string;
  /** The physical line of the first record, from 1. */
  firstLine: number;
  end: FileEnd;
}

/** Where the rows of a file end. */
interface FileEnd {
  /** How many rows it has. */
  rows: number;
  /** How many of its last records are rows, without a reject between them; 0 where the end of the file was not read. */
  rowsAtEnd: number;
  /** Records below the rows that are left out already. */
  footer: number;
}

export interface DecidedColumns {
  columns: CsvColumn[];
  /** The thousands mark of the first column that has one; empty without. */
  thousands: string;
  warnings: Warning[];
}

/** A column nearly has a type where one value, or one in this many, has not. */
const ONE_IN = 100;
/** Exceptions in the last records alone, so many at most, are probably totals below the rows. */
const MOST_TOTALS = 3;
/** Rows that stand above totals at least: among fewer, an exception is as likely anywhere. */
const FEWEST_SUMMED = 5;
/** Entries of one code. */
const MAX_WARNINGS = 20;

/** The types of all columns, how their values are written, and what is doubtful about that. */
export function decideColumns(
  columns: readonly Pick<CsvColumn, 'key' | 'name' | 'position'>[],
  findings: readonly ColumnFindings[],
  file: FileFacts,
): DecidedColumns {
  const evidence = new DecimalEvidence(findings, file);
  const totals = Math.max(0, ...findings.map((found) => recordsOfTotals(found, file.end)));
  const decided = columns.map(
    (column, index) => new ColumnDecision(column, findings[index] ?? NOTHING, file, evidence, totals),
  );
  const warnings = decided.flatMap((decision) => decision.warnings());
  const unknown = Object.keys(file.options.types ?? {}).filter((name) => !columns.some((one) => isNamed(one, name)));
  return {
    columns: decided.map(({ column }) => column),
    thousands: decided.map(({ column }) => thousandsOf(column)).find((mark) => mark !== '') ?? '',
    warnings: [...unknown.map((name) => unknownColumn(name, file)), ...fewOfEachCode(warnings)],
  };
}

/**
 * The type that nearly all values of a column have, or all but those of one text, such as `n/a`, which fewer than half have. Null also where
 * all have it.
 */
export function nearType({ exceptions, filled, readings }: ColumnFindings): WouldBe | null {
  if (exceptions === null) return null;
  const { count, alike, first } = exceptions;
  const type = typeOf(readings);
  const isNearly = count * 2 < filled && (count === alike || count * ONE_IN <= filled);
  return isNearly && type !== 'text' ? { type, exceptions: count, first } : null;
}

const NOTHING: ColumnFindings = { readings: NONE, filled: 0, exceptions: null };

/**
 * How many records at the end of the file hold all exceptions to the type of a column: the rows from the first exception on. 0 where they are
 * more than a few lines of totals, or not more values have the type.
 */
function recordsOfTotals({ exceptions, filled }: ColumnFindings, { rows, rowsAtEnd }: FileEnd): number {
  if (exceptions === null || exceptions.count * 2 >= filled) return 0;
  const records = rows - exceptions.first.row_id + 1;
  return records <= Math.min(MOST_TOTALS, rowsAtEnd) && rows - records >= FEWEST_SUMMED ? records : 0;
}

const isNamed = ({ key, name }: { key: string; name: string }, text: string): boolean => key === text || name === text;

const thousandsOf = ({ format }: CsvColumn): string =>
  format === null ? '' : (readNumberFormat(format)?.thousands ?? '');

/** The decimal mark of the file, by the columns whose values allow only one. */
class DecimalEvidence {
  readonly points: number;
  readonly commas: number;
  readonly mark: DecimalMark;

  constructor(findings: readonly ColumnFindings[], { options, decimal }: FileFacts) {
    this.points = findings.filter(({ readings }) => proves(readings, WITH_POINT, WITH_COMMA)).length;
    this.commas = findings.filter(({ readings }) => proves(readings, WITH_COMMA, WITH_POINT)).length;
    const found = this.points === this.commas ? decimal : this.commas > this.points ? ',' : '.';
    this.mark = options.decimal ?? found;
  }
}

const proves = (readings: Readings, one: Readings, other: Readings): boolean =>
  (readings & INTEGER) === 0 && (readings & one) !== 0 && (readings & other) === 0;

/** Columns of one text that may be a fraction or thousands: `1.234` and `1,234`. */
const BY_POINT = { plain: POINT, grouped: groupedBy('.') };
const BY_COMMA = { plain: COMMA, grouped: groupedBy(',') };

/** The delimiters of files from a spreadsheet where the comma is the decimal mark: "CSV" and "Unicode text". */
const OF_SPREADSHEETS = [';', '\t'];

/** What one column is. */
class ColumnDecision {
  readonly column: CsvColumn;
  private readonly declared: ColumnType | undefined;

  constructor(
    given: Pick<CsvColumn, 'key' | 'name' | 'position'>,
    private readonly found: ColumnFindings,
    private readonly file: FileFacts,
    private readonly evidence: DecimalEvidence,
    /** How many records at the end of the file keep columns from their types. */
    private readonly totals: number,
  ) {
    this.declared = declaredType(given, file.options);
    const { exceptions, filled, readings } = found;
    // A declared type holds where there is no value; otherwise such a column is text.
    const unseen: TypeAndFormat = { type: this.declared ?? 'text', format: null };
    const reading = filled === 0 ? unseen : typeAndFormatOf(readings, evidence.mark);
    const isText = exceptions !== null;
    const { key, name, position } = given;
    this.column = {
      key,
      name,
      type: isText ? 'text' : reading.type,
      position,
      format: isText ? null : reading.format,
      null_values: [...(file.options.null_values ?? [])],
      would_be: this.wouldBe(),
    };
  }

  warnings(): Warning[] {
    const { exceptions, readings, filled } = this.found;
    if (filled === 0) return [];
    const order = this.hasOpenOrder ? [this.orderUncertain()] : [];
    if (this.declared !== undefined && this.declared !== this.column.type) {
      const isOnlyOrder = exceptions === null && order.length > 0;
      return isOnlyOrder ? order : [this.declaredDoesNotHold(this.declared), ...order];
    }
    if (exceptions === null) return order.length > 0 || !this.isDecimalUncertain() ? order : [this.decimalUncertain()];
    const { ruledOut } = exceptions;
    // Most values are numbers or days, with the options or without them.
    if (ruledOut && readings !== NONE && (exceptions.count - ruledOut.count) * 2 < filled) {
      const options = optionsAgainst(ruledOut.value, this.file.options).filter((one) => !this.isShown(one));
      return options.length > 0 ? [this.ruledOutByOptions(ruledOut, options)] : [];
    }
    const { would_be: nearly } = this.column;
    if (nearly === null) return [];
    return this.isOfTotals || exceptions.count * ONE_IN <= filled ? [this.nearlyHolds(nearly), ...order] : order;
  }

  /** Whether the values, or all but a few, are days or instants in which day and month may each come first. */
  private get hasOpenOrder(): boolean {
    const { exceptions, readings, filled } = this.found;
    return (
      (exceptions === null || exceptions.count * 2 < filled) && (readings & NUMBERS) === NONE && isOrderOpen(readings)
    );
  }

  /** Whether an option is the decimal mark that another column has: then that is right, and a column with the other mark may be of versions. */
  private isShown(option: string): boolean {
    const { points, commas } = this.evidence;
    return (option === 'decimal=,' && commas > 0) || (option === 'decimal=.' && points > 0);
  }

  /** Whether totals below the rows are all that keeps the column from its type. */
  private get isOfTotals(): boolean {
    return recordsOfTotals(this.found, this.file.end) > 0;
  }

  /** The type that nearly all of its values have. */
  private wouldBe(): WouldBe | null {
    const { exceptions, readings } = this.found;
    const type = typeOf(readings);
    if (exceptions === null || type === 'text' || !this.isOfTotals) return nearType(this.found);
    const { count, first } = exceptions;
    return { type, exceptions: count, first, skip_footer: this.file.end.footer + this.totals };
  }

  /** Whether the numbers have another value with the other decimal mark, and the file does not tell which it is. */
  private isDecimalUncertain(): boolean {
    const { readings } = this.found;
    if ((readings & NUMBERS) === NONE || (readings & INTEGER) !== 0 || this.file.options.decimal !== undefined)
      return false;
    const { points, commas } = this.evidence;
    const isOpen = ({ plain, grouped }: typeof BY_POINT): boolean =>
      (readings & plain) !== 0 && (readings & grouped) !== 0;
    // Most files have a decimal point, so `1.234` is doubtful only where other columns have a decimal comma, or in a file with semicolons
    // or tabs in which no column has a decimal point: Excel writes both where the comma is the decimal mark.
    if (isOpen(BY_POINT))
      return (
        commas > 0 || this.evidence.mark === ',' || (points === 0 && OF_SPREADSHEETS.includes(this.file.delimiter))
      );
    // In a file with semicolons or tabs a comma may well be the decimal mark.
    return isOpen(BY_COMMA) && this.evidence.mark === '.'
      ? points === 0 && this.file.delimiter !== ','
      : isOpen(BY_COMMA) && points > 0;
  }

  private declaredDoesNotHold(declared: ColumnType): Warning {
    const { exceptions, filled } = this.found;
    const count = exceptions?.count ?? filled;
    const first = exceptions ? ` The first of them is ${shownValue(exceptions.first.value)}.` : '';
    return this.textByException(
      `It is declared as ${declared}, but ${count} of its values are not, or not all in one format.${first}`,
      count,
    );
  }

  private nearlyHolds({ type, exceptions, first }: WouldBe): Warning {
    return this.textByException(
      `All but ${exceptions} of its values are of type ${type}; the first that is not is ${shownValue(first.value)}.`,
      exceptions,
    );
  }

  /** Numbers or days in a form that the options exclude. */
  private ruledOutByOptions(
    { count, value, line }: NonNullable<FoundExceptions['ruledOut']>,
    options: readonly string[],
  ): Warning {
    const { key } = this.column;
    return {
      code: 'text_by_exception',
      message: `The column ${JSON.stringify(key)} is text. ${count} of its values would be numbers or days without ${options.join(' and ')}; the first of them is ${shownValue(value)}. Correct the option, or leave it out.`,
      count,
      first_line: line,
      column: key,
    };
  }

  private textByException(cause: string, count: number): Warning {
    const { key } = this.column;
    return {
      code: 'text_by_exception',
      message: `The column ${JSON.stringify(key)} is text. ${cause} ${this.remedy()}`,
      count,
      first_line: this.found.exceptions?.line ?? this.file.firstLine,
      column: key,
    };
  }

  private remedy(): string {
    if (!this.isOfTotals) return 'If such a text stands for no value, name it with null_values=.';
    const { footer } = this.file.end;
    const records = footer + this.totals;
    const below = footer > 0 ? ', which leaves out the footer too' : '';
    return this.totals === 1
      ? `Only the last row holds such a text. If it is a total, leave it out with skip_footer=${records}${below}.`
      : `Only the last ${this.totals} rows hold such texts. If they are totals, leave them out with skip_footer=${records}${below}.`;
  }

  private orderUncertain(): Warning {
    const { key } = this.column;
    return {
      code: 'date_order_uncertain',
      message: `No value of the column ${JSON.stringify(key)} shows whether the day or the month comes first, so it is text. Declare it with date_format=, such as DD/MM/YYYY.`,
      count: this.found.filled,
      first_line: this.file.firstLine,
      column: key,
    };
  }

  private decimalUncertain(): Warning {
    const { key, format } = this.column;
    return {
      code: 'decimal_uncertain',
      message: `The numbers of the column ${JSON.stringify(key)} may have thousands or a fraction behind their mark; they are read as in ${format ?? '1234.56'}. Declare it with decimal= or thousands=.`,
      count: this.found.filled,
      first_line: this.file.firstLine,
      column: key,
    };
  }
}

const unknownColumn = (name: string, { firstLine }: FileFacts): Warning => ({
  code: 'text_by_exception',
  message: `types= names the column ${JSON.stringify(name)}, which the file does not have.`,
  count: 1,
  first_line: firstLine,
});

function fewOfEachCode(warnings: readonly Warning[]): Warning[] {
  const counts = new Map<string, number>();
  return warnings.filter(({ code }) => {
    const before = counts.get(code) ?? 0;
    counts.set(code, before + 1);
    return before < MAX_WARNINGS;
  });
}
