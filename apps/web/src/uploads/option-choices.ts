import type { OptionName } from './options.js';

export type Choice = readonly [value: string, label: string];

const YES_NO: Choice[] = [
  ['true', 'yes'],
  ['false', 'no'],
];

/** Every encoding that the service reads. */
const ENCODINGS = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'],
  ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874].map((page) => `windows-${page}`),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  ...['macintosh', 'koi8-r', 'koi8-u', 'cp437', 'cp850', 'cp852', 'cp866'],
  ...['shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'gbk', 'big5'],
];

interface OptionField {
  name: OptionName;
  /** The words of the name, in their order, so that it can be found again in the API, the command line and docs/uploading.md. */
  label: string;
  /** Values to choose from. With `canBeOther` any other text can be typed. Without choices the option is a text. */
  choices?: readonly Choice[];
  canBeOther?: boolean;
  /** Texts that are proposed while typing. */
  proposals?: readonly string[];
  placeholder?: string;
  isNumber?: boolean;
}

/** What most files need, when they need anything. */
export const USUAL_FIELDS: readonly OptionField[] = [
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
      ['^', 'caret (^)'],
      ['~', 'tilde (~)'],
    ],
    canBeOther: true,
  },
  {
    name: 'quote',
    label: 'Quote',
    choices: [
      ['"', 'double (")'],
      ["'", "single (')"],
      ['none', 'none'],
    ],
    canBeOther: true,
  },
  { name: 'header', label: 'Header', choices: YES_NO },
  { name: 'encoding', label: 'Encoding', choices: ENCODINGS.map((name): Choice => [name, name]) },
  {
    name: 'decimal',
    label: 'Decimal mark',
    choices: [
      ['.', 'point'],
      [',', 'comma'],
    ],
  },
  {
    name: 'date_format',
    label: 'Date format',
    proposals: ['DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD-MM-YYYY', 'YYYY/MM/DD', 'DD.MM.YY', 'MM/DD/YY'],
    placeholder: 'detected',
  },
  { name: 'skip', label: 'Skip lines above', isNumber: true, placeholder: 'detected' },
  { name: 'null_values', label: 'Null values', placeholder: 'such as NA,-' },
];

export const OTHER_FIELDS: readonly OptionField[] = [
  {
    name: 'escape',
    label: 'Escape',
    choices: [
      ['doubled', 'doubled quote'],
      ['backslash', 'backslash (\\)'],
    ],
    canBeOther: true,
  },
  {
    name: 'thousands',
    label: 'Thousands mark',
    choices: [
      ['none', 'none'],
      ['.', 'point'],
      [',', 'comma'],
      ['space', 'space'],
      ['apostrophe', "apostrophe (')"],
    ],
  },
  {
    name: 'trim',
    label: 'Trim blanks',
    choices: YES_NO,
  },
  { name: 'comment', label: 'Comment mark', placeholder: 'such as #' },
  { name: 'skip_after_header', label: 'Skip records after header', isNumber: true, placeholder: '0' },
  { name: 'skip_footer', label: 'Skip records of footer', isNumber: true, placeholder: 'detected' },
  { name: 'max_rejects', label: 'Max rejects', isNumber: true, placeholder: 'judged by their share' },
];

export type { OptionField };
