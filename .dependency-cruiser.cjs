/**
 * What each library may import. Deny by default: a library that is not named here may not exist. Imports point down the list.
 */
const kernel = ['config', 'problems', 'logging', 'metrics', 'tracing'];
const shared = [...kernel, 'database', 'redis', 'cache', 'storage', 'jobs', 'mail', 'http'];
const MAY_IMPORT = {
  config: [],
  'csv-format': [],
  problems: [],
  logging: ['config'],
  metrics: ['logging'],
  tracing: ['config', 'logging'],
  database: kernel,
  redis: [],
  cache: [...kernel, 'database', 'redis'],
  storage: [...kernel, 'database'],
  jobs: [...kernel, 'database', 'redis'],
  mail: [...kernel, 'database', 'cache', 'storage', 'jobs'],
  http: [...kernel, 'database', 'cache', 'storage'],
  users: shared,
  tasks: [...shared, 'users'],
  csv: [...shared, 'users', 'csv-format'],
  health: shared,
};
const libs = Object.keys(MAY_IMPORT);
const TEST = '\\.(spec|int-spec)\\.ts$|^libs/[^/]+/test/';
const PACKAGE = 'node_modules/(?:@types/)?';
const HTTP_PACKAGES = '@nestjs/(swagger|platform-fastify|passport)|class-validator|class-transformer|fastify|passport';

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
      name: 'lib-faces-only',
      comment:
        'A library is its faces: index.ts, and api.ts, worker.ts or admin.ts where the processes need different parts of it.',
      severity: 'error',
      from: { path: '^(?:apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!(index|api|worker|admin)\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'worker-loads-no-http',
      comment: 'Whatever the worker reaches has no controller, no DTO, no OpenAPI and no Fastify in it.',
      severity: 'error',
      from: { path: '^apps/worker/src/' },
      to: {
        path: `^libs/http/|\\.controller\\.ts$|\\.http\\.module\\.ts$|/dto/|^${PACKAGE}(${HTTP_PACKAGES})/`,
        reachable: true,
      },
    },
    {
      name: 'api-loads-no-processors',
      comment: 'Whatever the api reaches handles no job.',
      severity: 'error',
      from: { path: '^apps/api/src/' },
      to: { path: '\\.processor(\\.module)?\\.ts$', reachable: true },
    },
    {
      name: 'csv-format-is-pure',
      comment: 'What a CSV file is knows no framework, no database and no other library of ours.',
      severity: 'error',
      from: { path: '^libs/csv-format/src/', pathNot: TEST },
      to: {
        pathNot: `^libs/csv-format/src/|^${PACKAGE}(papaparse|iconv-lite)/|^(node:)?(buffer|string_decoder)$`,
      },
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
      // The page is built into files; what is shipped needs none of its packages.
      from: { path: '^(apps|libs)/', pathNot: `${TEST}|^apps/web/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-is-a-client',
      comment: 'The page knows the service by its HTTP interface only.',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^(libs|apps/(?!web/)|packages/(?!client/src/schema)|scripts|test|bench)/' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'Name it in package.json; that something else brings it along may change with any update.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    // tsc checks the imports of the page: there `./x.js` may mean `x.tsx`, which is not resolved here.
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: { pathNot: '^apps/web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // What packing a package builds.
    exclude: { path: '^packages/[^/]+/dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
