import type { Schemas } from '../api/client.js';

/** Characters of a text that a profile shows: `SHOWN_CHARACTERS` of the service. */
const MOST_SHOWN = 500;

/** Whether a value of a profile may be only the beginning of a text. It finds no rows then, because only whole values are equal. */
export const isCut = (value: Schemas['TopValueDto']['value']): boolean =>
  typeof value === 'string' && [...value].length >= MOST_SHOWN;
