/** A due date as a person types it: a day, and perhaps a time of that day on the clock of the person. */
export interface DueInputs {
  day: string;
  time: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** What the inputs show. A bare date stays the day that was given; an instant is shown on the clock of the person. */
export function inputsOf(due: string | null): DueInputs {
  if (due === null) return { day: '', time: '' };
  if (!due.includes('T')) return { day: due, time: '' };
  const at = new Date(due);
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

/** The due date of the API: none, a day, or an instant. A time without a day is none. */
export function dueOf({ day, time }: DueInputs): string | null {
  if (day === '') return null;
  return time === '' ? day : new Date(`${day}T${time}`).toISOString();
}
