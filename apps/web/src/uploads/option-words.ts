import { OTHER_FIELDS, USUAL_FIELDS } from './option-choices.js';
import { OPTION_NAMES, type OptionName, type Options } from './options.js';

/** An option that a message of the API names, such as `skip_footer=1`; without a value it only names the option. */
export interface Mention {
  name: OptionName;
  value: string | null;
}

/**
 * A text in quotes, which comes from the file and stays as it is; or an option before `=`, perhaps with a value. Names of several words are
 * options without `=` too: no sentence has them otherwise.
 */
const QUOTED_OR_OPTION = new RegExp(
  String.raw`"(?:[^"\\]|\\.)*"|\b(?:(${OPTION_NAMES.join('|')})=|(${OPTION_NAMES.filter((name) => name.includes('_')).join('|')})\b)(true|false|\d+)?`,
  'g',
);

/** A message in pieces: its words, and between them the options that it names. */
export function partsOf(message: string): (string | Mention)[] {
  const parts: (string | Mention)[] = [];
  let end = 0;
  for (const { 0: text, 1: before, 2: alone, 3: value, index } of message.matchAll(QUOTED_OR_OPTION)) {
    const name = (before ?? alone) as OptionName | undefined;
    if (!name) continue;
    parts.push(message.slice(end, index), { name, value: value ?? null });
    end = index + text.length;
  }
  parts.push(message.slice(end));
  return parts.filter((part) => part !== '');
}

const fieldOf = (name: OptionName) => [...USUAL_FIELDS, ...OTHER_FIELDS].find((field) => field.name === name)!;
const valueIn = ({ name, value }: Mention): string =>
  fieldOf(name).choices?.find(([choice]) => choice === value)?.[1] ?? String(value);

/** `Skip records of footer: 1`, as the field and its value are called on the page. */
export const inWords = (mention: Mention): string =>
  mention.value === null ? fieldOf(mention.name).label : `${fieldOf(mention.name).label}: ${valueIn(mention)}`;

export interface Offer {
  /** `Set Skip lines above to 0 and Header to no`. */
  words: string;
  options: Partial<Options>;
}

/** What a message proposes to set: what is joined by `and` together, anything else each by itself. */
export function offersOf(message: string): Offer[] {
  const groups: Mention[][] = [];
  let isJoined = false;
  for (const part of partsOf(message)) {
    if (typeof part === 'string') {
      isJoined = part === ' and ' && isJoined;
      continue;
    }
    if (part.value !== null && isJoined) groups.at(-1)!.push(part);
    else if (part.value !== null) groups.push([part]);
    isJoined = part.value !== null;
  }
  return groups.map((group) => ({
    words: `Set ${group.map((one) => `${fieldOf(one.name).label} to ${valueIn(one)}`).join(' and ')}`,
    options: Object.fromEntries(group.map(({ name, value }) => [name, value])),
  }));
}
