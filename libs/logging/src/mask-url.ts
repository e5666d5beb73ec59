/** Names of query parameters whose values are secrets, or name a person: token, authorization, password, api_key, email and the like. */
const SECRET_NAME =
  /token|auth|passw|passphrase|pwd|secret|credential|cookie|session|api[-_.]?key|signature|bearer|jwt|e-?mail/i;

/** A value that looks like a token of ours, whatever its name: 43 characters of base64url. */
const TOKEN_VALUE = /^[\w-]{43}$/;

/** An e-mail address, whatever its name. */
const MAIL_VALUE = /(@|%40)[^@]*\.\w/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** The address with `[redacted]` for the values of secret query parameters. Clients put tokens there although they are refused. */
export function maskUrl(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const query = url
    .slice(start + 1)
    .split('&')
    .map((parameter) => {
      const [name = '', ...rest] = parameter.split('=');
      const value = rest.join('=');
      return SECRET_NAME.test(decoded(name)) || TOKEN_VALUE.test(value) || MAIL_VALUE.test(value)
        ? `${name}=[redacted]`
        : parameter;
    });
  return `${url.slice(0, start)}?${query.join('&')}`;
}
