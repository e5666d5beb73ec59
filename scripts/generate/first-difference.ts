/** Describes the first difference of two texts in three lines; undefined when they are equal. */
export function firstDifference(committed: string | undefined, generated: string): string | undefined {
  if (committed === generated) return undefined;
  if (committed === undefined) return '  the file is missing';
  const before = committed.split('\n');
  const after = generated.split('\n');
  const at = after.findIndex((line, index) => line !== before[index]);
  const line = at < 0 ? after.length : at;
  const show = (sign: string, text: string | undefined) => (text === undefined ? [] : [`  ${sign} ${text}`]);
  return [`  line ${line + 1}:`, ...show('-', before[line]), ...show('+', after[line])].join('\n');
}
