/** Blanks that look like a space, and are none. */
const OTHER_BLANKS = /[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/g;

/** A value in quotes, for a message: characters that look like a space are written as their code, as in `"1\u00a0234"`. */
export const shownValue = (value: string): string =>
  JSON.stringify(value).replace(OTHER_BLANKS, (blank) => `\\u${blank.charCodeAt(0).toString(16).padStart(4, '0')}`);
