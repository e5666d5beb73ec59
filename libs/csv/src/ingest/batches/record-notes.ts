import { SHOWN_LINES } from '@app/csv-format';

/** What was passed over or changed on the way from records to rows. The owner reads each as a warning of this code. */
export type NoteCode =
  | 'short_records'
  | 'long_records'
  | 'literal_quotes'
  | 'bom_removed'
  | 'trimmed'
  | 'comment_lines';

/** How many records or lines a note is about. */
export interface RecordNote {
  count: number;
  /** The physical line of the first of them, from 1. */
  first_line: number;
  /** Lines that are shown, if they are in no row: the first 20. */
  lines?: string[];
}

/** As it is stored with a batch, in JSON. */
export type StoredNotes = Partial<Record<NoteCode, RecordNote>>;

/** Collects notes in file order: of the records of a batch, then of the batches of a file. */
export class RecordNotes {
  private readonly notes: StoredNotes = {};

  /** @param firstLine is asked for the first record of each code only, because lines have to be counted for it */
  add(code: NoteCode, count: number, firstLine: () => number): void {
    const known = this.notes[code];
    if (known) known.count += count;
    else this.notes[code] = { count, first_line: firstLine() };
  }

  /** Adds one line that is shown. @param text is asked for the first lines only */
  addLine(code: NoteCode, firstLine: () => number, text: () => string): void {
    this.add(code, 1, firstLine);
    const note = this.notes[code]!;
    note.lines ??= [];
    if (note.lines.length < SHOWN_LINES) note.lines.push(text());
  }

  /** Adds the notes of the next batch. */
  merge(notes: StoredNotes): void {
    for (const [name, { count, first_line, lines }] of Object.entries(notes)) {
      const code = name as NoteCode;
      this.add(code, count, () => first_line);
      const note = this.notes[code]!;
      if (lines) note.lines = [...(note.lines ?? []), ...lines].slice(0, SHOWN_LINES);
    }
  }

  all(): StoredNotes {
    return this.notes;
  }
}
