/** Heartbeats of a draft between two checks for abandoned ones: up to three may be late without harm to a live draft. */
export const HEARTBEATS_PER_CHECK = 4;

/** Drafts by name, each with something that its writer changes at least once per heartbeat. */
export type DraftSigns = Map<string, string | number>;

/**
 * Finds the drafts of killed processes, and never one that this process or another is writing.
 *
 * Process ids mean nothing between containers that share a store, so the only sign of life is what the writer changes. It is not
 * compared with a clock but with what it was at the previous check, so clock skew or a suspended machine cannot make a live draft seem
 * old.
 */
export class DraftWatch {
  private lastSeen: DraftSigns = new Map();

  /** @param look finds all drafts but those of this process */
  constructor(
    private readonly look: () => Promise<DraftSigns>,
    private readonly remove: (name: string) => Promise<void>,
  ) {}

  /**
   * One check. Removes each draft that has not changed since the previous check. The caller must leave several heartbeats between
   * two checks.
   * @returns the names of the removed drafts.
   */
  async removeUnchanged(): Promise<string[]> {
    const seen: DraftSigns = new Map();
    const removed: string[] = [];
    for (const [name, sign] of await this.look()) {
      if (this.lastSeen.get(name) === sign) {
        await this.remove(name);
        removed.push(name);
      } else {
        seen.set(name, sign);
      }
    }
    this.lastSeen = seen;
    return removed;
  }
}
