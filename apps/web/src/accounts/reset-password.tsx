import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call } from '../api/client.js';
import { Field } from '../ui/field.js';
import { faultsOf, valuesOf } from '../ui/form.js';
import { ProblemBox } from '../ui/problem-box.js';
import { AccountFrame } from './account-frame.js';
import { NewPassword, PASSWORD_HINT } from './new-password.js';

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
        {!token && (
          <Field
            label="Code"
            name="token"
            required
            autoFocus
            hint="The part of the link in the mail that follows “token=”."
            error={faults.token}
          />
        )}
        <NewPassword autoFocus={token !== ''} hint={PASSWORD_HINT} error={faults.new_password} />
        <button type="submit" className="button button-main" disabled={attempt.isPending}>
          Change the password
        </button>
      </form>
    </AccountFrame>
  );
}
