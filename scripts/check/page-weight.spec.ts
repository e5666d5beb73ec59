import { expect, it } from 'vitest';
import { filesOfViews } from './page-weight.js';

it('the weight of a view counts the entry, the view and all that they import, each once', () => {
  const manifest = {
    'index.html': { file: 'index.js', imports: ['_shared'], dynamicImports: ['rows', 'tasks'] },
    rows: { file: 'rows.js', imports: ['index.html', '_grid'] },
    tasks: { file: 'tasks.js', imports: ['_shared'] },
    _shared: { file: 'shared.js' },
    _grid: { file: 'grid.js', imports: ['_shared'] },
  };
  expect(filesOfViews(manifest, 'index.html')).toEqual({
    rows: ['index.js', 'shared.js', 'rows.js', 'grid.js'],
    tasks: ['index.js', 'shared.js', 'tasks.js'],
  });
});
