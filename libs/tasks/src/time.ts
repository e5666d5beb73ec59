const DATE = String.raw`\d{4}-\d\d-\d\d`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const RFC_3339 = new RegExp(String.raw`^(${DATE})(?:T${CLOCK}:[0-5]\d(?:\.\d+)?(?:Z|[+-]${CLOCK}))?$`, 'i');

// RFC 3339 has years of four digits, and an offset can push a time over either end.
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time as RFC 3339 has it, to the millisecond, or a date alone, which is its first moment in UTC. A time without its
 * zone is none: it would mean whatever the server's own zone is.
 */
export function parseTime(text: string): Date | undefined {
  const date = RFC_3339.exec(text)?.[1];
  if (date === undefined || !isDayOfCalendar(date)) return undefined;
  const time = Date.parse(text.toUpperCase());
  return time >= FIRST && time <= LAST ? new Date(time) : undefined;
}

/** V8 takes 30 February for 2 March. */
const isDayOfCalendar = (date: string): boolean => {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
};
