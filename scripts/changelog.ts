import { execFileSync } from 'node:child_process';
import { root } from './root.js';

/** In the order of CHANGELOG.md; a commit of another type is left out. */
const HEADINGS = { '!': 'Breaking changes', feat: 'Features', fix: 'Fixes', perf: 'Performance' } as const;

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

function lastTag(): string | undefined {
  const tags = git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname');
  return tags.split('\n')[0] || undefined;
}

// `npm run changelog`: the subjects since the last release under the headings of CHANGELOG.md, to be rewritten for users.
const tag = lastTag();
const subjects = git('log', '--reverse', '--format=%s', ...(tag ? [`${tag}..HEAD`] : [])).split('\n');
const found = subjects.flatMap((subject) => {
  const [, type, scope, mark, text] = /^(\w+)(?:\(([^)]*)\))?(!?): (.*)$/.exec(subject) ?? [];
  const key = mark || type;
  return key && key in HEADINGS ? [{ key, line: `- ${scope ? `**${scope}**: ` : ''}${text}` }] : [];
});
for (const [key, heading] of Object.entries(HEADINGS)) {
  const lines = found.filter((entry) => entry.key === key).map(({ line }) => line);
  if (lines.length > 0) console.log(`### ${heading}\n\n${lines.join('\n')}\n`);
}
