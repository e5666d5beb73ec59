/** Whether the key of a column tells more than its name, which may be empty: one that differs by case alone is the name once more. */
export const isKeyTelling = ({ key, name }: { key: string; name: string }): boolean =>
  name !== '' && name.toLowerCase() !== key;
