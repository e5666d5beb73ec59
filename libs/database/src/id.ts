import { v7 } from 'uuid';

/** A new id: UUID v7, so that ids sort by age and fresh rows land on the same index pages. */
export const newId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` can be asked for in a uuid column at all; PostgreSQL answers anything else with an error. */
export const isId = (text: string): boolean => UUID.test(text);
