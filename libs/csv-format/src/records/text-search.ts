/** `indexOf` for one needle and rising positions: a match ahead is not searched for again. */
export class TextSearch {
  private from = -1;
  private at = -1;

  constructor(
    private readonly text: string,
    private readonly needle: string,
  ) {}

  /** Where the needle next occurs, from `position` on; the length of the text if nowhere. */
  next(position: number): number {
    if (this.from < 0 || position < this.from || position > this.at) {
      const found = this.text.indexOf(this.needle, position);
      this.at = found < 0 ? this.text.length : found;
      this.from = position;
    }
    return this.at;
  }
}
