import { useState } from 'react';
import { newId } from '../app/new-id.js';
import { EMPTY_OPTIONS, type Options, sentOptions } from '../uploads/options.js';
import { type DeclaredColumns, NO_COLUMNS, sentColumns } from './declared-columns.js';
import { areCellsTheSame } from './dialect-words.js';

/** A file that was chosen, and is looked at before it is sent. */
export interface ChosenFile {
  id: string;
  file: File;
  options: Options;
  columns: DeclaredColumns;
}

/** All that was said about the file, as the query of a preview and of an upload. */
export const queryOf = ({ options, columns }: ChosenFile): Record<string, string> => ({
  ...sentOptions(options),
  ...sentColumns(columns),
});

/** The same file with other options. What was told of single columns stays as long as the file is cut into the same cells. */
export const withOptions = (chosen: ChosenFile, options: Options): ChosenFile => ({
  ...chosen,
  options,
  columns: areCellsTheSame(chosen.options, options) ? chosen.columns : NO_COLUMNS,
});

/** The chosen files; they are gone when another page is shown. */
export function useChosenFiles() {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  return {
    files,
    add: (added: readonly File[]) =>
      setFiles((now) => [
        ...now,
        ...added.map((file) => ({ id: newId(), file, options: EMPTY_OPTIONS, columns: NO_COLUMNS })),
      ]),
    change: (changed: ChosenFile) => setFiles((now) => now.map((one) => (one.id === changed.id ? changed : one))),
    remove: (...ids: string[]) => setFiles((now) => now.filter(({ id }) => !ids.includes(id))),
  };
}
