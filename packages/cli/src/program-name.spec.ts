import { expect, it } from 'vitest';
import { programName } from './program-name.js';

it('is what can be typed: the script of the repository, or the installed program', () => {
  expect(programName({ npm_lifecycle_event: 'cli' })).toBe('npm run -s cli --');
  expect(programName({})).toBe('csv-tasks');
  expect(programName({ npm_lifecycle_event: 'test' })).toBe('csv-tasks');
});
