import { domainToASCII } from 'node:url';

/** An address has 254 characters, each a letter with three marks at most. NFC orders marks in time that grows with the square of their number. */
const LONGEST_TYPED = 4 * 254;

/**
 * One form for all ways to write an e-mail address: NFC, and a domain with letters outside of ASCII in its ASCII form (`xn--…`), which is
 * what mail servers use. A domain in ASCII stays as it is typed, and so does a text that is too long for an address.
 */
export function canonicalEmail(email: string): string {
  const typed = email.trim();
  if (typed.length > LONGEST_TYPED) return typed;
  const text = typed.normalize('NFC');
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  if (at < 0 || /^[\x20-\x7e]*$/.test(domain)) return text;
  const ascii = domainToASCII(domain);
  return ascii === '' ? text : `${text.slice(0, at)}@${ascii}`;
}

/** One form for all ways to type a password: RFC 8265, 4.2 (OpaqueString), with NFC and one kind of blank. */
export const canonicalPassword = (password: string): string => password.replace(/\p{Zs}/gu, ' ').normalize('NFC');

/** The part of an address before the @. */
export const localPart = (email: string): string => email.slice(0, email.lastIndexOf('@'));
