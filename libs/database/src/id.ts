import { v7 } from 'uuid';

/** A new id, a UUID v7: ids sort by age, and new rows are added to the same index pages. */
export const newId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` can be compared with a uuid column; PostgreSQL reports an error for any other text. */
export const isId = (text: string): boolean => UUID.test(text);
