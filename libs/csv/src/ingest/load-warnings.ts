import type { FileFooter, UploadError } from '../uploads/upload.entity.js';
import { type NoteCode, type RecordNote, RecordNotes } from './batches/record-notes.js';
import type { IngestPlan, LoadTotals } from './ingest.repository.js';

/** What the owner reads about records that became rows with a change. */
const SENTENCES: Record<NoteCode, { one: string; many(count: number): string }> = {
  short_records: {
    one: '1 record had fewer cells than there are columns; the missing cells are null.',
    many: (count) => `${count} records had fewer cells than there are columns; the missing cells are null.`,
  },
  long_records: {
    one: '1 record had more cells than there are columns. The surplus cells were empty, and were dropped. If the values of this record are in the wrong columns, correct the file.',
    many: (count) =>
      `${count} records had more cells than there are columns. The surplus cells were empty, and were dropped. If the values of these records are in the wrong columns, correct the file.`,
  },
  literal_quotes: {
    one: '1 record has malformed quotes. It was read literally, quotes included, because only so it has as many cells as there are columns.',
    many: (count) =>
      `${count} records have malformed quotes. They were read literally, quotes included, because only so they have as many cells as there are columns.`,
  },
  bom_removed: {
    one: '1 record begins with a byte order mark, as where files were joined. The mark was removed.',
    many: (count) => `${count} records begin with a byte order mark, as where files were joined. The mark was removed.`,
  },
  trimmed: {
    one: 'Blanks beside the delimiters were removed in 1 record. If they belong to the cells, declare trim=false.',
    many: (count) =>
      `Blanks beside the delimiters were removed in ${count} records. If they belong to the cells, declare trim=false.`,
  },
  comment_lines: {
    one: '1 line begins with the mark of comment=. It is no row.',
    many: (count) => `${count} lines begin with the mark of comment=. They are no rows.`,
  },
};

/** The warning that a note becomes. */
export const noteWarning = (code: NoteCode, note: RecordNote): UploadError => ({
  code,
  message: note.count === 1 ? SENTENCES[code].one : SENTENCES[code].many(note.count),
  ...note,
});

/** The warnings of a whole file: those from before its records were read, and those that only the records show. */
export function warningsOf(
  { warnings, footer }: IngestPlan,
  { notes, lines }: Pick<LoadTotals, 'notes' | 'lines'>,
): UploadError[] {
  const all = new RecordNotes();
  // A note of the plan is about lines above the records.
  for (const warning of warnings) if (isNote(warning)) all.merge({ [warning.code]: warning });
  all.merge(notes);
  const told = all.all();
  return [
    ...warnings.filter((warning) => !isNote(warning)),
    // Always in one order: a preview meets the notes of a record in another order than a batch.
    ...(Object.keys(SENTENCES) as NoteCode[]).flatMap((code) => {
      const note = told[code];
      return note ? [noteWarning(code, note)] : [];
    }),
    ...(footer ? [footerWarning(footer, lines)] : []),
  ];
}

const isNote = (warning: UploadError): warning is UploadError & RecordNote & { code: NoteCode } =>
  warning.code in SENTENCES;

/** @param linesAbove line breaks before it */
function footerWarning({ by_option: byOption, records, lines }: FileFooter, linesAbove: number): UploadError {
  const place = { count: records, first_line: linesAbove + 1 };
  return byOption
    ? {
        code: 'rows_skipped_by_option',
        message: `skip_footer= leaves out the last ${records === 1 ? 'record' : `${records} records`} of the file.`,
        ...place,
        lines,
      }
    : {
        code: 'footer_lines',
        message:
          records === 1
            ? 'The last line stands behind a blank line and has another width than the records. It is a footer, and no row.'
            : `The last ${records} lines stand behind a blank line and have another width than the records. They are a footer, and no rows.`,
        ...place,
      };
}
