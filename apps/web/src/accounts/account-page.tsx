import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, call } from '../api/client.js';
import { dateTime } from '../app/format.js';
import { useTitle } from '../app/title.js';
import { endSession } from '../session/session.js';
import { Field } from '../ui/field.js';
import { faultsOf, valuesOf } from '../ui/form.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { tell } from '../ui/toaster.js';
import { NewPassword, PASSWORD_HINT } from './new-password.js';

export function AccountPage() {
  useTitle('Account');
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => call(api.GET('/api/v1/auth/user/me/', { signal })),
  });
  const endAll = useMutation({
    mutationFn: () => call(api.POST('/api/v1/auth/user/logout-all/')),
    onSuccess: () => endSession(),
  });
  return (
    <div className="page page-narrow">
      <h1>Account</h1>
      {me.error && <ProblemBox error={me.error} />}
      {me.isPending && <Skeleton lines={3} label="The account is being loaded" />}
      {me.data && (
        <dl className="facts">
          <dt>E-mail address</dt>
          <dd>{me.data.email}</dd>
          <dt>Name</dt>
          <dd>{me.data.full_name || <span className="faint">none given</span>}</dd>
          <dt>Account since</dt>
          <dd>{dateTime(me.data.created_at)}</dd>
        </dl>
      )}
      <ChangePassword />
      <section>
        <h2>Sessions</h2>
        <p>This signs you out in every browser and every program, this page included.</p>
        {endAll.error && <ProblemBox error={endAll.error} />}
        <button type="button" className="button" onClick={() => endAll.mutate()} disabled={endAll.isPending}>
          Sign out everywhere
        </button>
      </section>
    </div>
  );
}

function ChangePassword() {
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: ({ current_password, new_password }: Record<string, string>) => {
      const body = { current_password: current_password!, new_password: new_password! };
      return call(api.POST('/api/v1/auth/user/password/change/', { body }));
    },
    onSuccess: ({ detail }) => {
      form.current?.reset();
      tell('Your password is changed', detail);
    },
  });
  const faults = faultsOf(change.error, 'current_password', 'new_password');
  return (
    <section>
      <h2>Password</h2>
      <form ref={form} onSubmit={(event) => change.mutate(valuesOf(event))}>
        {faults.rest !== null && <ProblemBox error={faults.rest} />}
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autoComplete="current-password"
          required
          error={faults.current_password}
        />
        <NewPassword hint={`${PASSWORD_HINT} Your other sessions end.`} error={faults.new_password} />
        <button type="submit" className="button" disabled={change.isPending}>
          Change the password
        </button>
      </form>
    </section>
  );
}
