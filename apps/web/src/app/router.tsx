import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
  redirect,
} from '@tanstack/react-router';
import { findSession } from '../session/session.js';
import { Lost } from './lost.js';
import { Shell } from './shell.js';

/** The question about rows, under the names that the API gives its parameters. */
export interface RowsSearch {
  filters?: string;
  search?: string;
  sort_by?: string;
  columns?: string;
  row?: string;
}

/** Which tasks, under the names that the API gives its parameters; `show` is a view of the page. */
export interface TasksSearch {
  show?: string;
  search?: string;
  status?: string;
  priority?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

/** Pages for people without a session. */
const open = createRoute({ getParentRoute: () => root, id: 'open' });
const accountPage = <Path extends string>(path: Path, component: RouteComponent) =>
  createRoute({
    getParentRoute: () => open,
    path,
    validateSearch: (search): { next?: string } => ({ next: text(search.next) }),
    component,
  });

/** Pages that need a session. */
const own = createRoute({
  getParentRoute: () => root,
  id: 'own',
  component: Shell,
  beforeLoad: async ({ location }) => {
    if (!(await findSession())) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
});
const home = createRoute({
  getParentRoute: () => own,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/uploads' });
  },
});
const uploads = createRoute({
  getParentRoute: () => own,
  path: '/uploads',
  component: lazyRouteComponent(() => import('../uploads/uploads-page.js'), 'UploadsPage'),
});
const upload = createRoute({
  getParentRoute: () => own,
  path: '/uploads/$id',
  component: lazyRouteComponent(() => import('../uploads/upload-page.js'), 'UploadPage'),
});
const about = createRoute({
  getParentRoute: () => upload,
  path: '/',
  component: lazyRouteComponent(() => import('../uploads/about-file.js'), 'AboutFile'),
});
const rows = createRoute({
  getParentRoute: () => upload,
  path: '/rows',
  validateSearch: (search): RowsSearch => ({
    filters: text(search.filters),
    search: text(search.search),
    sort_by: text(search.sort_by),
    columns: text(search.columns),
    row: text(search.row),
  }),
  component: lazyRouteComponent(() => import('../rows/rows-page.js'), 'RowsPage'),
});
const columns = createRoute({
  getParentRoute: () => upload,
  path: '/columns',
  component: lazyRouteComponent(() => import('../columns/columns-page.js'), 'ColumnsPage'),
});
const rejects = createRoute({
  getParentRoute: () => upload,
  path: '/rejects',
  component: lazyRouteComponent(() => import('../rejects/rejects-page.js'), 'RejectsPage'),
});
const tasks = createRoute({
  getParentRoute: () => own,
  path: '/tasks',
  validateSearch: (search): TasksSearch => ({
    show: text(search.show),
    search: text(search.search),
    status: text(search.status),
    priority: text(search.priority),
  }),
  component: lazyRouteComponent(() => import('../tasks/tasks-page.js'), 'TasksPage'),
});
const account = createRoute({
  getParentRoute: () => own,
  path: '/account',
  component: lazyRouteComponent(() => import('../accounts/account-page.js'), 'AccountPage'),
});

const routeTree = root.addChildren([
  open.addChildren([
    accountPage(
      '/sign-in',
      lazyRouteComponent(() => import('../accounts/sign-in.js'), 'SignIn'),
    ),
    accountPage(
      '/register',
      lazyRouteComponent(() => import('../accounts/register.js'), 'Register'),
    ),
    accountPage(
      '/forgot-password',
      lazyRouteComponent(() => import('../accounts/forgot-password.js'), 'ForgotPassword'),
    ),
    accountPage(
      '/reset-password',
      lazyRouteComponent(() => import('../accounts/reset-password.js'), 'ResetPassword'),
    ),
  ]),
  own.addChildren([home, uploads, upload.addChildren([about, rows, columns, rejects]), tasks, account]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  notFoundMode: 'root',
  // As in any address, and not as JSON: the same text works as a query of the API.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
