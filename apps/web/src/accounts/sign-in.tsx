import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { endNotice, onSessionChange, session } from '../session/session.js';
import { Field } from '../ui/field.js';
import { valuesOf } from '../ui/form.js';
import { ProblemBox } from '../ui/problem-box.js';
import { AccountFrame } from './account-frame.js';
import { safePlace, signIn } from './begin-session.js';

export function SignIn() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: ({ email, password }: Record<string, string>) => signIn(email!, password!),
  });
  // A session begins by this form, or by another tab that answered later than `findSession` waits, as on a busy machine.
  useEffect(() => {
    const goOn = () => {
      if (session()) void navigate({ to: safePlace(next), replace: true });
    };
    goOn();
    return onSessionChange(goOn);
  }, [navigate, next]);
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
