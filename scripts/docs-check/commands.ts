/** A command of a document, with its continued lines. */
export interface Command {
  line: number;
  text: string;
}

const FENCE = /^```(\w*)/;
const INDENTED = /^ {4}(?=\S)/;

/** The commands in the code blocks of a Markdown text: those marked `sh`, and indented ones that begin like a command. */
export function commandsOf(markdown: string): Command[] {
  const commands: Command[] = [];
  let fence: string | undefined;
  let open: Command | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const mark = FENCE.exec(line);
    if (mark) {
      fence = fence === undefined ? mark[1]! : undefined;
      continue;
    }
    const isShell = fence === 'sh' || (fence === undefined && INDENTED.test(line) && BEGINS_LIKE_A_COMMAND.test(line));
    if (!isShell && !open) continue;
    const text = line.trim();
    if (!open && (text === '' || text.startsWith('#'))) continue;
    open ??= { line: index + 1, text: '' };
    const goesOn = text.endsWith('\\');
    open.text += goesOn ? `${text.slice(0, -1)} ` : text;
    if (goesOn) continue;
    commands.push({ ...open, text: withoutComment(open.text) });
    open = undefined;
  }
  return commands;
}

const BEGINS_LIKE_A_COMMAND =
  /^ *(?:[A-Z_]+=\S+ +)*(?:npm|npx|node|curl|docker|csv-tasks|zcat|head|echo|grep|[A-Z_]+=)/;

/** A comment behind a command is set apart by two blanks at least. */
const withoutComment = (text: string): string => text.replace(/\s{2,}#.*$/, '').trimEnd();

/** What is not run, and why. The first that fits counts. */
const NOT_RUN: [RegExp, string][] = [
  [/^npm install --global|^npx \.\//, 'needs a packed command line; test/e2e/cli packs and installs it'],
  [/^npm install \.\/csv-tasks-client/, 'needs a packed client; test/e2e/client-library packs and installs it'],
  [/^(?:[A-Z_]+=\S+ +)*npm (?:start|install|test|run (?:dev|check))\b/, 'is what builds, starts or tests the project'],
  [/^npm run (?:backup|restore)\b/, 'writes to folders of your machine; test/scale/backup runs both'],
  [/^npm run (?:bench|soak|test|calibrate)/, 'takes minutes'],
  [/cli -- (?:login|register)$/, 'asks for a password'],
  [/\bdocker\b/, 'needs docker'],
  [/\bopenssl\b/, 'needs openssl, and writes to .env'],
  [/^grep\b/, 'is about log files of your own'],
];

/** `ask` is a function that the README defines first. */
const RUNS = /^(?:[A-Z_]+=|npm|node|curl|ask|csv-tasks|zcat|head|printf)/;

/** @returns why a command is not run; null if it is run, undefined if nobody has decided */
export function whyNotRun(command: string): string | null | undefined {
  const reason = NOT_RUN.find(([pattern]) => pattern.test(command))?.[1];
  return reason ?? (RUNS.test(command) ? null : undefined);
}

/** The scripts of package.json that a text names, also in the middle of a sentence. */
export const scriptsIn = (markdown: string): string[] => [
  ...new Set([...markdown.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name!)),
];
