/** A column of a data set, as the service should detect it. The type fits every cell that is not empty. */
export interface DataSetColumn {
  /** As written in the header line. */
  name: string;
  /** The header key; the same as the name in A and B. */
  key: string;
  type: 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'text';
  about: string;
}

/** A query of `data/`, and the share of matching rows, which is known because the rows are generated. */
export interface Probe {
  filters?: Record<string, string | string[] | Record<string, string | number>>;
  search?: string;
  share: number;
}

/** A generated file. The same rows and seed give the same bytes, and fewer rows give a prefix of them. */
export interface DataSet {
  columns: readonly DataSetColumn[];
  /** Number of rows in the usual measurements. */
  rows: number;
  probes: Readonly<Record<string, Probe>>;
  /** A column of texts and one of numbers to sort by. */
  sorts: { text: string; number: string };
  /** The file in chunks of at most about 1 MiB, each ending with a record; memory does not grow with `rows`. */
  chunks(rows: number, seed: number): Generator<Buffer, void, void>;
}
