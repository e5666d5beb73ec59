import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINEAR } from '../support/growth.js';
import { Endless, type Expression, expressionsOf, growthUnder, suspicious } from './regular-expressions.js';

/** Expressions whose work may grow faster than a text, by file, and what keeps long texts of clients from them. */
const BOUNDED: Record<string, Record<string, string>> = {
  'apps/api/src/queue-dashboard/serve.ts': {
    '<(?:link|script)\\b[^>]*\\b(?:href|src)=["\']?(?:https?:)?\\/\\/[^>]*>(?:\\s*<\\/script>)?':
      'The page of the dashboard, which has nothing of clients.',
  },
  'libs/csv-format/src/columns/column-formats.ts': {
    '^(\\S+?)(?:[ T](H.*))?$': 'A format of more than 40 characters is none.',
  },
  'libs/csv-format/src/dialect/header-likelihood.ts': { '\\p{N}+$': 'A text of more than 60 characters is no name.' },
  'libs/csv/src/rows/profile/column-profile.ts': { '0+$': 'Six digits.' },
  'libs/csv/src/rows/request/filter-json.ts': {
    '"((?:[^"\\\\]|\\\\.)*)"(\\s*:)?|-?\\d[\\d.eE+-]*': 'JSON.parse has accepted the text, so each string ends.',
  },
  'libs/database/src/large-statement.ts': { '\\d+$': 'What PostgreSQL says of a statement that ended.' },
  'libs/mail/src/mail-composer.ts': { '\\/+$': 'An address of the configuration.' },
};

/** Of the worst of an expression. Other attacks on the same place are no other fault. */
const ATTACKS = 3;

const root = join(import.meta.dirname, '..', '..');

/** The attacks under which the work grows faster than the text, with how many times it grows for eight times the text. */
function faultsOf(expression: Expression): string[] {
  if (BOUNDED[expression.file]?.[expression.source]) return [];
  try {
    return suspicious(expression)
      .slice(0, ATTACKS)
      .map((attack) => ({ attack, times: growthUnder(expression, attack) }))
      .filter(({ times }) => times > LINEAR)
      .map(({ attack, times }) => `${JSON.stringify(attack)}: ${Math.round(times)} times`);
  } catch (error) {
    if (error instanceof Endless) return [error.message];
    throw error;
  }
}

describe('the regular expressions of api, worker and libraries', () => {
  it('do work that grows no faster than a text, whatever is repeated in it', () => {
    const expressions = expressionsOf(root);
    expect(expressions.length).toBeGreaterThan(150);
    const faults = expressions.flatMap((expression) =>
      faultsOf(expression).map((fault) => `${expression.file} /${expression.source}/: ${fault}`),
    );
    expect(faults).toEqual([]);
  }, 300_000);

  it.each<[string, string]>([
    ['\\s+$', 'quadratic'],
    ['(@|%40)[^@]*\\.\\w', 'quadratic'],
    ['(a+)+$', 'exponential'],
    ['^(?:<!--[\\s\\S]*?-->\\s*)*<x', 'exponential'],
  ])(
    'are found where they do not: /%s/ is %s',
    (source) => {
      expect(faultsOf({ file: '', source, flags: 'i' })).not.toEqual([]);
    },
    120_000,
  );

  it('are bounded only where they still exist', () => {
    const known = new Set(expressionsOf(root).map(({ file, source }) => `${file} ${source}`));
    const named = Object.entries(BOUNDED).flatMap(([file, sources]) =>
      Object.keys(sources).map((of) => `${file} ${of}`),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
