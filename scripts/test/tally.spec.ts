import { describe, expect, it } from 'vitest';
import { tallyOf, type VitestReport } from './tally.js';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (overrides: Partial<VitestReport> = {}): VitestReport => ({
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  testResults: [file('passed', 'passed', 'passed', 'passed')],
  ...overrides,
});

describe('the tally of a test run', () => {
  it('counts passed and failed tests', () => {
    const failing = report({ success: false, numFailedTests: 1, testResults: [file('failed', 'passed', 'failed')] });
    expect(tallyOf(failing)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that could not be loaded as a failed test', () => {
    expect(tallyOf(report({ success: false, testResults: [file('failed')] }))).toEqual({ passed: 3, failed: 1 });
    const afterwards = report({ success: false, testResults: [file('failed', 'passed', 'passed')] });
    expect(tallyOf(afterwards).failed).toBe(1);
  });

  it('has a failure when the run failed but no test did', () => {
    expect(tallyOf(report({ success: false }))).toEqual({ passed: 3, failed: 1 });
  });

  it('has a failure when there is no report, because vitest then did not finish', () => {
    expect(tallyOf(undefined)).toEqual({ passed: 0, failed: 1 });
  });

  it('has no failure when everything passed', () => {
    expect(tallyOf(report())).toEqual({ passed: 3, failed: 0 });
  });
});
