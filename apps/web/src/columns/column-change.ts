import type { Schemas } from '../api/client.js';

export type ColumnType = Schemas['ColumnType'];
export type ColumnChange = Schemas['PatchColumnDto'];

/** What a person writes in the form of a column. */
export interface ColumnDraft {
  name: string;
  type: ColumnType;
  /** Empty leaves the format to be found. */
  format: string;
  /** One text a line. */
  nullValues: string;
}

type Told = Pick<Schemas['UploadColumnDto'], 'name' | 'type' | 'format' | 'null_values'>;

export const draftOf = ({ name, type, format, null_values }: Told): ColumnDraft => ({
  name,
  type,
  format: format ?? '',
  nullValues: null_values.join('\n'),
});

/** The draft in which one more text stands for no value. */
export const withNullValue = (draft: ColumnDraft, value: string): ColumnDraft => ({
  ...draft,
  nullValues: [...linesOf(draft.nullValues), value].join('\n'),
});

/**
 * Whether a draft can name a text among those that stand for no value: the form has one text a line, and the API takes up to 255
 * characters.
 */
export const canBeNullValue = (value: string): boolean => value.length <= 255 && !/[\r\n]/.test(value);

/**
 * What a draft changes, as the API takes it: a field that is the same is left out. Type and format go together, because a type without
 * a format asks for the one that all values have.
 */
export function changeOf(column: Told, draft: ColumnDraft): ColumnChange {
  const change: ColumnChange = {};
  const nullValues = linesOf(draft.nullValues);
  if (draft.name !== column.name) change.name = draft.name;
  if (draft.type !== column.type || draft.format !== (column.format ?? '')) {
    change.type = draft.type;
    if (draft.format !== '' && draft.type !== 'text') change.format = draft.format;
  }
  if (nullValues.join('\n') !== column.null_values.join('\n')) change.null_values = nullValues;
  return change;
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
