/** What was passed over between records, or changed in those that became rows. The owner reads each as a warning of this code. */
export type NoteCode =
  | 'short_records'
  | 'long_records'
  | 'literal_quotes'
  | 'bom_removed'
  | 'trimmed'
  | 'comment_lines';

/** How many records a note is about, and the physical line of the first of them, from 1. */
export interface RecordNote {
  count: number;
  first_line: number;
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

  /** Adds the notes of the next batch. */
  merge(notes: StoredNotes): void {
    for (const [code, { count, first_line }] of Object.entries(notes)) {
      this.add(code as NoteCode, count, () => first_line);
    }
  }

  all(): StoredNotes {
    return this.notes;
  }
}
