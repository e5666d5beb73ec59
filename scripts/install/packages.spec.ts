import { describe, expect, it } from 'vitest';
import { nodeComplaint, packagesAreStale } from './packages.js';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.1.0', '26.0.0'])('%s is accepted', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });

  // 21 and the early 22s load no ES module by require(), which the packages need.
  it.each(['18.20.0', '20.18.3', '21.7.3', '22.11.0'])('%s is refused, and the sentence names it', (version) => {
    expect(nodeComplaint(version)).toMatch(new RegExp(`20\\.19 or newer.*${version}`));
  });
});

describe('installed packages', () => {
  const lock = (packages: Record<string, object>) => JSON.stringify({ packages: { '': {}, ...packages } });
  const nest = { 'node_modules/nest': { version: '12.0.0' } };

  it('are stale when there are none, or when npm did not finish', () => {
    expect(packagesAreStale(lock(nest), undefined)).toBe(true);
  });

  it('are stale when a version differs', () => {
    expect(packagesAreStale(lock(nest), lock({ 'node_modules/nest': { version: '11.9.9' } }))).toBe(true);
  });

  it('are stale when one is missing, for example because only production packages were installed', () => {
    expect(
      packagesAreStale(lock({ ...nest, 'node_modules/vitest': { version: '4.0.0', dev: true } }), lock(nest)),
    ).toBe(true);
  });

  it('are fresh without the packages of other platforms', () => {
    const other = { 'node_modules/core-win32': { version: '1.0.0', optional: true } };
    expect(packagesAreStale(lock({ ...nest, ...other }), lock(nest))).toBe(false);
  });

  it('are fresh when there are more than in the lock file', () => {
    expect(packagesAreStale(lock(nest), lock({ ...nest, 'node_modules/more': { version: '1.0.0' } }))).toBe(false);
  });
});
