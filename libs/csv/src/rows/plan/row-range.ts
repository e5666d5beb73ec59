/** Rows of a file by their numbers, from 1; both ends belong to it. Empty where `first` is greater than `last`. */
export interface RowRange {
  first: number;
  last: number;
}
