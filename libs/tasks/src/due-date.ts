const DATE = String.raw`\d{4}-\d\d-\d\d`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const RFC_3339 = new RegExp(String.raw`^(${DATE})(T${CLOCK}:[0-5]\d(?:\.\d+)?(?:Z|[+-]${CLOCK}))?$`, 'i');

// RFC 3339 has years of four digits. An offset can move a time beyond the first or the last of them.
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

const DAY_MS = 86_400_000;

/** An instant, to the millisecond, or a day in UTC, which is due when it ends. */
export class DueDate {
  /** @param at the instant, or the last millisecond of the day */
  constructor(
    readonly at: Date,
    readonly isDay: boolean,
  ) {}

  /**
   * Parses an RFC 3339 time, or a date, which means that day. A time without a zone is not accepted, because its meaning would depend
   * on the server's own zone.
   * @returns undefined for any other text.
   */
  static parse(text: string): DueDate | undefined {
    const [, date, clock] = RFC_3339.exec(text) ?? [];
    if (date === undefined || !isDayOfCalendar(date)) return undefined;
    const time = Date.parse(text.toUpperCase());
    if (time < FIRST || time > LAST) return undefined;
    return clock === undefined ? new DueDate(new Date(time + DAY_MS - 1), true) : new DueDate(new Date(time), false);
  }

  /** Due dates that are before this one, or on this day, are before this instant. */
  get endOfBefore(): Date {
    return this.isDay ? new Date(this.at.getTime() + 1) : this.at;
  }

  /** Due dates that are after this one, or on this day, are after this instant. */
  get startOfAfter(): Date {
    return this.isDay ? new Date(this.at.getTime() - DAY_MS) : this.at;
  }

  /** A day as `2026-12-01`; an instant in RFC 3339 and UTC. */
  toString(): string {
    const text = this.at.toISOString();
    return this.isDay ? text.slice(0, 10) : text;
  }
}

/** `Date.parse` reads 30 February as 2 March. */
const isDayOfCalendar = (date: string): boolean => {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
};

/** A due date as a task stores it. */
export interface StoredDueDate {
  due_date: Date | null;
  due_is_day: boolean;
}

/** The columns in which a task stores a due date; null for none. */
export const storedDueDate = (due: DueDate | null): StoredDueDate => ({
  due_date: due?.at ?? null,
  due_is_day: due?.isDay ?? false,
});

/** The due date as its owner gave it. Null for none. */
export const dueDateText = ({ due_date, due_is_day }: StoredDueDate): string | null =>
  due_date && new DueDate(due_date, due_is_day).toString();
