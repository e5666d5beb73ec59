import { Menu } from '@base-ui/react/menu';
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api, call } from '../api/client.js';
import { endNotice, endSession, onSessionChange, session, useSession } from '../session/session.js';
import { Menu as MenuIcon } from '../ui/icons.js';
import { tell } from '../ui/toaster.js';
import { queryClient } from './query-client.js';
import { setTheme, type Theme, useTheme } from './theme.js';
import { PRODUCT } from './title.js';

const THEMES: [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  const who = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(
    () =>
      onSessionChange(() => {
        if (session()) return;
        queryClient.clear();
        // Whose session expired comes back to this place; who signed out leaves it, perhaps to somebody else.
        const next = endNotice() === null ? undefined : router.state.location.href;
        void navigate({ to: '/sign-in', search: { next } });
      }),
    [navigate, router],
  );
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <p className="top-brand">{PRODUCT}</p>
        <nav className="top-nav" aria-label="Main">
          <Link to="/uploads" className="top-link" activeProps={{ className: 'top-link is-active' }}>
            Files
          </Link>
          <Link to="/tasks" className="top-link" activeProps={{ className: 'top-link is-active' }}>
            Tasks
          </Link>
        </nav>
        <AccountMenu email={who?.email ?? ''} />
      </header>
      <main id="main" className="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function AccountMenu({ email }: { email: string }) {
  const theme = useTheme();
  const navigate = useNavigate();
  const signOut = async () => {
    // The session of this page ends also when the service cannot be told.
    await call(api.POST('/api/v1/auth/user/logout/')).catch(() =>
      tell('Signed out here only', 'The service could not be reached.'),
    );
    endSession();
  };
  return (
    <Menu.Root>
      <Menu.Trigger className="button button-quiet account-button" aria-label={`Account of ${email}`}>
        <span className="account-email">{email}</span>
        <MenuIcon />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="positioner" sideOffset={6} align="end">
          <Menu.Popup className="menu">
            <p className="menu-label">{email}</p>
            <Menu.RadioGroup value={theme} onValueChange={(next) => setTheme(next as Theme)}>
              <Menu.Group>
                <Menu.GroupLabel className="menu-label">Appearance</Menu.GroupLabel>
                {THEMES.map(([value, label]) => (
                  <Menu.RadioItem key={value} value={value} className="menu-item" closeOnClick>
                    <span className="menu-mark">{theme === value ? '●' : ''}</span>
                    {label}
                  </Menu.RadioItem>
                ))}
              </Menu.Group>
            </Menu.RadioGroup>
            <Menu.Separator className="menu-line" />
            <Menu.Item className="menu-item" onClick={() => navigate({ to: '/account' })}>
              Account and password
            </Menu.Item>
            <Menu.Item className="menu-item" render={<a href="/api/docs/">API documentation</a>} />
            <Menu.Separator className="menu-line" />
            <Menu.Item className="menu-item" onClick={signOut}>
              Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
