import { beforeAll, describe, expect, it } from 'vitest';
import { PasswordStrength } from './password-strength.js';

const strength = new PasswordStrength();
beforeAll(() => strength.onModuleInit());

describe('a password', () => {
  it.each([
    'password',
    '12345678',
    'qwertyuiop',
    'iloveyou1',
    'aaaaaaaaaaaa',
    'letmein123',
    'Passw0rd!',
    'abcdefgh',
    '20011987',
    'p4$$w0rd',
    'P@55w0rd1',
    '4dm1n1$tr4t0r',
  ])('is weak when it is easy to guess: %s', (password) => {
    expect(strength.weakness(password, [])).toEqual(expect.stringMatching(/\w{3}/));
  });

  it.each([
    'violet-harbour-29-lamps',
    'correct horse battery staple',
    'xK9#mQ2v',
    'Käsekuchen mit Rosinen',
    '🦊🐢 zwölf Boxkämpfer',
  ])('is good when it is hard to guess: %s', (password) => {
    expect(strength.weakness(password, [])).toBeNull();
  });

  it('is weak when it repeats data of the account', () => {
    expect(strength.weakness('grace.hopper', ['grace.hopper@example.org', 'grace.hopper'])).not.toBeNull();
  });

  it('is rated by its first 32 characters', () => {
    expect(strength.weakness(`${'a'.repeat(32)}violet-harbour-29-lamps`, [])).not.toBeNull();
    expect(strength.weakness(`violet-harbour-29-lamps${'a'.repeat(32)}`, [])).toBeNull();
  });
});
