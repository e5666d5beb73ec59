import { loadConfig } from '@app/config';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import { canonicalEmail, canonicalPassword } from './canonical.js';
import { Passwords } from './passwords.js';

describe('an e-mail address', () => {
  it.each([
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@bücher\u3002example', 'ada@xn--bcher-kva.example'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    [' Ada@Example.org ', 'Ada@Example.org'],
    ['no address', 'no address'],
    ['a@\u0000ü', 'a@\u0000ü'],
  ])('has one form: %j', (typed, canonical) => {
    expect(canonicalEmail(typed)).toBe(canonical);
  });
});

describe('a text that is too long for an address', () => {
  it('has the form in which it is typed', () => {
    const long = `a${'\u0316\u0301'.repeat(1_000)}@example.org`;
    expect(canonicalEmail(long)).toBe(long);
  });

  it('takes time in proportion to it, whatever the order of its marks', () => {
    // The worst order: each mark of the second half belongs before all of the first half.
    const marks = (length: number) => `a${'\u0301'.repeat(length / 2)}${'\u0316'.repeat(length / 2)}@example.org`;
    expect(growth((length) => canonicalEmail(marks(length)), 16_000)).toBeLessThan(LINEAR);
  });
});

describe('a password', () => {
  it('is the same in composed and decomposed form, and with any blank', async () => {
    expect(canonicalPassword('Zu\u0308rich\u00a0West')).toBe(canonicalPassword('Zürich West'));
    const passwords = new Passwords(loadConfig({ PASSWORD_HASH_MEMORY_KIB: '1024' }));
    const stored = await passwords.hash('Zürich West 1291');
    expect(await passwords.matches(stored, 'Zu\u0308rich\u00a0West 1291')).toBe(true);
    expect(await passwords.matches(stored, 'zürich West 1291')).toBe(false);
  });
});
