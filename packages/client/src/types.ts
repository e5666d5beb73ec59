import type { components, operations, paths } from './schema.js';

type Schemas = components['schemas'];

export type { components, operations, paths };
export type Problem = Schemas['Problem'];
export type Session = Schemas['SessionDto'];
export type Task = Schemas['TaskDto'];
export type Upload = Schemas['UploadDto'];
export type Preview = Schemas['PreviewDto'];
export type UploadProgress = Schemas['UploadProgressDto'];
export type UploadFault = Schemas['UploadFaultDto'];
export type Reject = Schemas['RejectDto'];
export type RejectPage = Schemas['RejectPageDto'];
export type Row = Schemas['RowDto'];
export type RowsWarning = Schemas['RowsWarningDto'];
export type ColumnConditions = Schemas['ColumnConditions'];

type Value = string | number | boolean | null;

/** Conditions by column key; `$or` and `$and` hold lists of such objects, `$not` one. The schema has no type that TypeScript could check. */
export interface RowFilters {
  [columnOrGroup: string]: Value | Value[] | ColumnConditions | RowFilters | RowFilters[];
}

/** How a file is to be read; what is left out is detected. */
export type UploadOptions = Omit<NonNullable<operations['uploadCsv']['parameters']['query']>, 'filename'>;

/** A question that takes its filters as an object. */
type WithFilters<Query> = Omit<Query, 'filters'> & { filters?: RowFilters | string };

/** Which rows, in which order and form. */
export type RowsQuestion = WithFilters<
  Omit<NonNullable<operations['readRows']['parameters']['query']>, 'page' | 'page_size' | 'cursor' | 'count'>
>;
export type ExportQuestion = WithFilters<NonNullable<operations['exportRows']['parameters']['query']>>;
