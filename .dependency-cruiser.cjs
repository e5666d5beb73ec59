/**
 * The rooms of the house and their doors: what each library may import. Deny by default; a library that is not named here may
 * not exist. Arrows point down the list.
 */
const kernel = ['config', 'problems', 'logging'];
const shared = [...kernel, 'database', 'cache', 'storage', 'jobs', 'mail', 'http'];
const MAY_IMPORT = {
  config: [],
  problems: [],
  logging: ['config'],
  database: kernel,
  cache: [...kernel, 'database'],
  storage: [...kernel, 'database'],
  jobs: [...kernel, 'database'],
  mail: [...kernel, 'database', 'cache', 'storage', 'jobs'],
  http: [...kernel, 'database', 'cache'],
  users: shared,
  tasks: [...shared, 'users'],
  csv: [...shared, 'users'],
  health: shared,
};
const libs = Object.keys(MAY_IMPORT);
const TEST = '\\.(spec|int-spec|fixture|testing)\\.ts$|/testing/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'lib-not-in-the-list',
      comment: 'A new library states in .dependency-cruiser.cjs what it may import.',
      severity: 'error',
      from: { path: `^libs/(?!(${libs.join('|')})/)` },
      to: {},
    },
    ...libs.map((lib) => ({
      name: `${lib}-points-down`,
      comment: `libs/${lib} may import ${MAY_IMPORT[lib].join(', ') || 'no other library'}.`,
      severity: 'error',
      from: { path: `^libs/${lib}/` },
      to: { path: `^libs/(?!(${[lib, ...MAY_IMPORT[lib]].join('|')})/)` },
    })),
    { name: 'libs-not-to-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'no-cross-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'lib-public-entry-only',
      comment: 'A library is its index.ts; everything else in it is private.',
      severity: 'error',
      from: { path: '^(?:apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'processors-stay-in-the-worker',
      comment:
        'Only processor modules and the index name a processor; npm run check sees to it that apps/api does not.',
      severity: 'error',
      from: { path: '^libs/', pathNot: `(\\.processor(\\.module)?\\.ts|/index\\.ts)$|${TEST}` },
      to: { path: '^libs/.*\\.processor(\\.module)?\\.ts$' },
    },
    {
      name: 'http-stays-in-the-api',
      severity: 'error',
      from: { path: '^libs/', pathNot: `(\\.http\\.module\\.ts|/index\\.ts)$|${TEST}` },
      to: { path: '^libs/.*(\\.http\\.module|\\.controller)\\.ts$' },
    },
    {
      name: 'no-tools-in-the-product',
      comment: 'Tests may use test/ and scripts/; what is shipped may not.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'Name it in package.json; that something else brings it along may change with any update.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
