const DELIMITERS: Record<string, string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
  ' ': 'space',
  ':': 'colon',
  '\u001f': 'unit separator',
};

/** `semicolon (;)`; the character itself where it has no name and can be seen. */
export const nameOfDelimiter = (delimiter: string): string => {
  const name = DELIMITERS[delimiter];
  if (!name) return /[\p{Cc}\s]/u.test(delimiter) ? JSON.stringify(delimiter) : delimiter;
  return /[\p{Cc}\s]/u.test(delimiter) ? name : `${name} (${delimiter})`;
};

const QUOTES: Record<string, string> = { '"': 'double (")', "'": "single (')", '': 'none' };

/** `double (")`, in the words of the option; the character itself where it has no name. */
export const nameOfQuote = (quote: string): string => QUOTES[quote] ?? quote;
