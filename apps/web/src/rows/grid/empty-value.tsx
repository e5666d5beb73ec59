import type { Column } from '../filters/conditions.js';
import { Marked } from './marked.js';
import { partsOf } from './search-hits.js';

/**
 * Whether a cell counts as empty: it is, or its text is one of those that stand for no value. The texts of a file are asked for, in which
 * only the first are null.
 */
export const isEmpty = (value: unknown, { null_values }: Pick<Column, 'null_values'>): boolean =>
  value === null || (typeof value === 'string' && null_values.includes(value));

interface EmptyValueProps {
  /** What stands in the file: null, or a text that stands for no value. */
  text: string | null;
  search: string | undefined;
}

/** A cell that counts as empty. Where the search has found its text, that is shown, because the search looks at it too. */
export const EmptyValue = ({ text, search }: EmptyValueProps) => (
  <span className="null" title={text === null ? undefined : `${text} in the file`}>
    {text !== null && search && partsOf(text, search) ? <Marked text={text} search={search} /> : 'empty'}
  </span>
);
