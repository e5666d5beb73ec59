import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, call } from '../api/client.js';
import { Field } from '../ui/field.js';
import { faultsOf, valuesOf } from '../ui/form.js';
import { ProblemBox } from '../ui/problem-box.js';
import { AccountFrame } from './account-frame.js';
import { safePlace, signIn } from './begin-session.js';
import { NewPassword, PASSWORD_HINT } from './new-password.js';

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
          Already have an account?{' '}
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
          hint="Optional. Mails address you by it."
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
