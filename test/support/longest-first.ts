import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that kill and restart processes take minutes, unit specs seconds. */
const SLOWEST_FIRST = [/\/test\/faults\//, /\/test\/(e2e|security)\//, /\.int-spec\.ts$/];

/** Starts the longest files first, so that no core waits for one long file at the end. A clean checkout has no durations yet. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOWEST_FIRST.findIndex((pattern) => pattern.test(moduleId));
      return place < 0 ? SLOWEST_FIRST.length : place;
    };
    const size = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return [...files].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
  }
}
