/** What a column of a data set is, as the service should find it: the type holds for every cell that is not empty. */
export interface DataSetColumn {
  /** As written in the header line. */
  name: string;
  /** As the header rules make it; the same as the name in A and B. */
  key: string;
  type: 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'text';
  about: string;
}

/** A question to the rows, in the words of `data/`, and the share of the rows that answers it, known from how they are made. */
export interface Probe {
  filters?: Record<string, string | string[] | Record<string, string | number>>;
  search?: string;
  share: number;
}

/** A file that is made, never kept: the same rows and seed give the same bytes, and fewer rows a prefix of them. */
export interface DataSet {
  columns: readonly DataSetColumn[];
  /** The size that its measurements are quoted for. */
  rows: number;
  probes: Readonly<Record<string, Probe>>;
  /** The file in chunks of at most about 1 MiB, each ending with a record; memory does not grow with `rows`. */
  chunks(rows: number, seed: number): Generator<Buffer, void, void>;
}
