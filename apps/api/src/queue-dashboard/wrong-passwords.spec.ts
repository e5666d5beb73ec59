import { expect, it } from 'vitest';
import { WrongPasswords } from './wrong-passwords.js';

it('twenty wrong passwords of one address within a minute are too many, for that address and that minute', () => {
  let now = 0;
  const wrong = new WrongPasswords(() => now);
  for (let tries = 1; tries <= 20; tries++) {
    expect(wrong.areTooMany('192.0.2.1')).toBe(false);
    wrong.add('192.0.2.1');
  }
  expect(wrong.areTooMany('192.0.2.1')).toBe(true);
  expect(wrong.areTooMany('192.0.2.2')).toBe(false);
  now = 60_000;
  expect(wrong.areTooMany('192.0.2.1')).toBe(false);
});

it('addresses of one IPv6 network are counted together', () => {
  const wrong = new WrongPasswords(() => 0);
  for (let tries = 1; tries <= 20; tries++) wrong.add(`2001:db8::${tries.toString(16)}`);
  expect(wrong.areTooMany('2001:db8::ffff')).toBe(true);
});
