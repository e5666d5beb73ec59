import { useId } from 'react';

/** What a person says about a file. An empty text leaves it to detection. */
export interface Options {
  delimiter: string;
  quote: string;
  encoding: string;
  decimal: string;
  header: string;
  skip: string;
  skip_footer: string;
  comment: string;
  null_values: string;
}

export const EMPTY_OPTIONS: Options = {
  delimiter: '',
  quote: '',
  encoding: '',
  decimal: '',
  header: '',
  skip: '',
  skip_footer: '',
  comment: '',
  null_values: '',
};

/** The options that were given, under their names in the API. */
export const sentOptions = (options: Options): Record<string, string> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));

type Choices = [value: string, label: string][];

const CHOICES: { name: keyof Options; label: string; choices: Choices }[] = [
  {
    name: 'delimiter',
    label: 'Delimiter',
    choices: [
      [',', 'comma (,)'],
      [';', 'semicolon (;)'],
      ['\t', 'tab'],
      ['|', 'pipe (|)'],
      [':', 'colon (:)'],
      [' ', 'space'],
    ],
  },
  {
    name: 'quote',
    label: 'Quote',
    choices: [
      ['"', 'double (")'],
      ["'", "single (')"],
      ['none', 'none'],
    ],
  },
  {
    name: 'header',
    label: 'Header row',
    choices: [
      ['true', 'yes'],
      ['false', 'no'],
    ],
  },
  {
    name: 'decimal',
    label: 'Decimal mark',
    choices: [
      ['.', 'point'],
      [',', 'comma'],
    ],
  },
  {
    name: 'encoding',
    label: 'Encoding',
    choices: [
      'utf-8',
      'windows-1252',
      'windows-1250',
      'windows-1251',
      'iso-8859-2',
      'utf-16le',
      'gb18030',
      'shift_jis',
    ].map((name): [string, string] => [name, name]),
  },
];

const TEXTS: { name: keyof Options; label: string; placeholder: string; isNumber?: boolean }[] = [
  { name: 'skip', label: 'Lines to skip above', placeholder: 'detected', isNumber: true },
  { name: 'skip_footer', label: 'Lines to skip below', placeholder: '0', isNumber: true },
  { name: 'comment', label: 'Comments begin with', placeholder: '#' },
  { name: 'null_values', label: 'Read as empty', placeholder: 'NA,-' },
];

export function OptionFields({ options, onChange }: { options: Options; onChange(options: Options): void }) {
  const id = useId();
  return (
    <div className="option-fields">
      {CHOICES.map(({ name, label, choices }) => (
        <div className="field" key={name}>
          <label htmlFor={`${id}-${name}`}>{label}</label>
          <select
            id={`${id}-${name}`}
            value={options[name]}
            onChange={({ currentTarget }) => onChange({ ...options, [name]: currentTarget.value })}
          >
            <option value="">detected</option>
            {choices.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </div>
      ))}
      {TEXTS.map(({ name, label, placeholder, isNumber }) => (
        <div className="field" key={name}>
          <label htmlFor={`${id}-${name}`}>{label}</label>
          <input
            id={`${id}-${name}`}
            placeholder={placeholder}
            value={options[name]}
            {...(isNumber && { inputMode: 'numeric', pattern: '[0-9]*' })}
            onChange={({ currentTarget }) => onChange({ ...options, [name]: currentTarget.value })}
          />
        </div>
      ))}
    </div>
  );
}
