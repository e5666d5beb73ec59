import { describe, expect, it } from 'vitest';
import { foreignModules } from './process-modules.js';

describe('modules of the other process', () => {
  it('are told by name, each once', () => {
    const source = `import { MailProcessorModule } from '@app/mail';\nimports: [MailProcessorModule, UsersHttpModule]`;
    expect(foreignModules('api', 'apps/api/src/x.ts', source)).toEqual([
      'apps/api/src/x.ts names MailProcessorModule, which is not for the api.',
    ]);
    expect(foreignModules('worker', 'apps/worker/src/x.ts', source)).toEqual([
      'apps/worker/src/x.ts names UsersHttpModule, which is not for the worker.',
    ]);
  });

  it('are not seen in what merely sounds alike', () => {
    expect(foreignModules('api', 'x', 'ProcessorModules HttpModuleish JobsModule')).toEqual([]);
  });
});
