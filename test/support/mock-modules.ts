/** The unit specs that replace a module by another. Files that share their modules with them would get the other too. */
export const MOCK_MODULES = [
  'libs/csv/src/previews/preview-thread.spec.ts',
  'libs/csv/src/uploads/progress/progress-events.spec.ts',
  'packages/cli/src/commands/rows.spec.ts',
];
