import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, call } from '../api/client.js';
import { Field } from '../ui/field.js';
import { valuesOf } from '../ui/form.js';
import { ProblemBox } from '../ui/problem-box.js';
import { AccountFrame } from './account-frame.js';

export function ForgotPassword() {
  const attempt = useMutation({
    mutationFn: ({ email }: Record<string, string>) =>
      call(api.POST('/api/v1/auth/user/password/reset/', { body: { email: email! } })),
  });
  const back = (
    <Link to="/sign-in" search={{ next: undefined }}>
      Back to sign-in
    </Link>
  );
  if (attempt.data) {
    return (
      <AccountFrame title="Look into your mailbox" below={back}>
        <p role="status">If this address has an account, a mail is on its way. Its link works once, within an hour.</p>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title="Forgot your password?" below={back}>
      <p>Type your e-mail address. A mail brings you a link, with which you choose a new password.</p>
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
