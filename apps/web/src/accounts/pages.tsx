import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, call } from '../api/client.js';
import { beginSession, endNotice } from '../session/session.js';
import { Field } from '../ui/field.js';
import { ProblemBox } from '../ui/problem-box.js';
import { faultsOf, valuesOf } from './form.js';
import { NewPassword, PASSWORD_HINT } from './new-password.js';

function AccountFrame({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) {
  return (
    <main className="account-frame">
      <p className="brand">Task service</p>
      <h1>{title}</h1>
      {children}
      {below && <p className="account-below">{below}</p>}
    </main>
  );
}

/** Only a place within this page: an address from outside must not lead elsewhere after the sign-in. */
const safePlace = (next: string | undefined): string => (next?.startsWith('/') && !next.startsWith('//') ? next : '/');

async function signIn(email: string, password: string): Promise<void> {
  const { token } = await call(api.POST('/api/v1/auth/user/login/', { body: { email, password } }));
  beginSession({ token, email });
}

export function SignIn() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: ({ email, password }: Record<string, string>) => signIn(email!, password!),
    onSuccess: () => navigate({ to: safePlace(next), replace: true }),
  });
  const notice = endNotice();
  return (
    <AccountFrame
      title="Sign in"
      below={
        <>
          No account yet?{' '}
          <Link to="/register" search={{ next }}>
            Register
          </Link>
        </>
      }
    >
      {notice && attempt.isIdle && <p className="notice">{notice}</p>}
      <form onSubmit={(event) => attempt.mutate(valuesOf(event))}>
        {attempt.error && <ProblemBox error={attempt.error} />}
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <button type="submit" className="button button-main" disabled={attempt.isPending}>
          Sign in
        </button>
        <Link to="/forgot-password" search={{ next: undefined }} className="form-link">
          Forgot your password?
        </Link>
      </form>
    </AccountFrame>
  );
}

export function Register() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: async ({ email, password, full_name }: Record<string, string>) => {
      const body = { email: email!, password: password!, full_name: full_name || null };
      await call(api.POST('/api/v1/auth/user/register/', { body }));
      await signIn(email!, password!);
    },
    onSuccess: () => navigate({ to: safePlace(next), replace: true }),
  });
  const faults = faultsOf(attempt.error, 'email', 'password', 'full_name');
  return (
    <AccountFrame
      title="Register"
      below={
        <>
          You have an account?{' '}
          <Link to="/sign-in" search={{ next }}>
            Sign in
          </Link>
        </>
      }
    >
      <form onSubmit={(event) => attempt.mutate(valuesOf(event))}>
        {faults.rest !== null && <ProblemBox error={faults.rest} />}
        <Field
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          error={faults.email}
        />
        <Field
          label="Name"
          name="full_name"
          autoComplete="name"
          hint="For mails; may stay empty."
          error={faults.full_name}
        />
        <NewPassword label="Password" name="password" hint={PASSWORD_HINT} error={faults.password} />
        <button type="submit" className="button button-main" disabled={attempt.isPending}>
          Create the account
        </button>
      </form>
    </AccountFrame>
  );
}

export function ForgotPassword() {
  const attempt = useMutation({
    mutationFn: ({ email }: Record<string, string>) =>
      call(api.POST('/api/v1/auth/user/password/reset/', { body: { email: email! } })),
  });
  const back = (
    <Link to="/sign-in" search={{ next: undefined }}>
      Back to the sign-in
    </Link>
  );
  if (attempt.data) {
    return (
      <AccountFrame title="Look into your mailbox" below={back}>
        <p role="status">{attempt.data.detail}</p>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title="Forgot your password?" below={back}>
      <p>Type your address, and a mail brings a link with which you choose a new one.</p>
      <form onSubmit={(event) => attempt.mutate(valuesOf(event))}>
        {attempt.error && <ProblemBox error={attempt.error} />}
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <button type="submit" className="button button-main" disabled={attempt.isPending}>
          Send the mail
        </button>
      </form>
    </AccountFrame>
  );
}

/** The token is taken out of the address at once, so that it stays in no history. */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (token) history.replaceState(history.state, '', location.pathname);
  return token;
}

export function ResetPassword() {
  const [token] = useState(takeToken);
  const attempt = useMutation({
    mutationFn: (given: Record<string, string>) =>
      call(
        api.POST('/api/v1/auth/user/password/reset/confirm/', {
          body: { token: token || given.token!, new_password: given.new_password! },
        }),
      ),
  });
  const faults = faultsOf(attempt.error, 'new_password', 'token');
  if (attempt.data) {
    return (
      <AccountFrame title="Your password is changed">
        <p role="status">{attempt.data.detail}</p>
        <Link to="/sign-in" search={{ next: undefined }} className="button button-main">
          Sign in
        </Link>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame
      title="Choose a new password"
      below={
        <Link to="/forgot-password" search={{ next: undefined }}>
          Ask for another mail
        </Link>
      }
    >
      <form onSubmit={(event) => attempt.mutate(valuesOf(event))}>
        {faults.rest !== null && <ProblemBox error={faults.rest} />}
        {!token && <Field label="Token" name="token" required hint="From the mail." error={faults.token} />}
        <NewPassword autoFocus hint={PASSWORD_HINT} error={faults.new_password} />
        <button type="submit" className="button button-main" disabled={attempt.isPending}>
          Change the password
        </button>
      </form>
    </AccountFrame>
  );
}
