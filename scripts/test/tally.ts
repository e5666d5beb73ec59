/** The parts of vitest's JSON report that are read here. */
export interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

export interface Tally {
  passed: number;
  failed: number;
}

/**
 * Counts the tests of all projects. A file that could not be loaded counts as one failed test, and so does a run that failed for
 * another reason (an unhandled error, a coverage threshold).
 */
export function tallyOf(report: VitestReport | undefined): Tally {
  if (!report) return { passed: 0, failed: 1 };
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloadable;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

export const add = (a: Tally, b: Tally): Tally => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });
