import type { FileFooter, UploadError } from '../uploads/upload.entity.js';
import type { NoteCode } from './batches/record-notes.js';
import type { LoadTotals } from './ingest.repository.js';

/** What the owner reads about records that are rows, but not quite as they stand in the file. */
const SENTENCES: Record<NoteCode, (count: number) => string> = {
  short_records: (count) => `${count} records had fewer cells than there are columns; the missing cells are null.`,
  long_records: (count) =>
    `${count} records had more cells than there are columns. The surplus cells were empty, and were dropped. If the values of these records stand one column off, correct the file.`,
  literal_quotes: (count) =>
    `${count} records have malformed quotes. They were read literally, quotes included, because only so they have as many cells as there are columns.`,
  bom_removed: (count) =>
    `${count} records begin with a byte order mark, as where files were joined. The mark was removed.`,
  trimmed: (count) =>
    `Blanks beside the delimiters were removed in ${count} records. If they belong to the cells, declare trim=false.`,
  comment_lines: (count) => `${count} lines begin with the mark of comment=. They are no rows.`,
};

/** The warnings that only the whole file shows. */
export function loadWarnings({ notes, lines }: LoadTotals, footer: FileFooter | null): UploadError[] {
  const aboutRecords = Object.entries(notes).map(([code, note]) => ({
    code,
    message: SENTENCES[code as NoteCode](note.count),
    ...note,
  }));
  return [...aboutRecords, ...aboutFooter(footer, lines)];
}

const aboutFooter = (footer: FileFooter | null, linesAbove: number): UploadError[] =>
  footer
    ? [
        {
          code: footer.by_option ? 'rows_skipped_by_option' : 'footer_lines',
          message: footer.by_option
            ? `skip_footer= leaves out the last ${footer.records} records of the file.`
            : `The last ${footer.records} lines stand behind a blank line and have another width than the records. They are a footer, and no rows.`,
          count: footer.records,
          first_line: linesAbove + 1,
        },
      ]
    : [];
