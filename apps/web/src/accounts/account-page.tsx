import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, call } from '../api/client.js';
import { ProblemError } from '../api/problem.js';
import { dateTime } from '../app/format.js';
import { endSession } from '../session/session.js';
import { Field } from '../ui/field.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { tell } from '../ui/toaster.js';

export function AccountPage() {
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
          <dt>Since</dt>
          <dd>{dateTime(me.data.created_at)}</dd>
        </dl>
      )}
      <ChangePassword />
      <section>
        <h2>Sessions</h2>
        <p>Signs out everywhere: in every browser and every program that uses a token of yours, and here too.</p>
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
    mutationFn: (body: { current_password: string; new_password: string }) =>
      call(api.POST('/api/v1/auth/user/password/change/', { body })),
    onSuccess: ({ detail }) => {
      form.current?.reset();
      tell('Your password is changed', detail);
    },
  });
  const fault = (field: string) => (change.error instanceof ProblemError ? change.error.of(field) : undefined);
  const faults = { current: fault('current_password'), next: fault('new_password') };
  return (
    <section>
      <h2>Password</h2>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          change.mutate({
            current_password: String(given.get('current_password')),
            new_password: String(given.get('new_password')),
          });
        }}
      >
        {change.error && !faults.current && !faults.next && <ProblemBox error={change.error} />}
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autoComplete="current-password"
          required
          error={faults.current}
        />
        <Field
          label="New password"
          name="new_password"
          type="password"
          autoComplete="new-password"
          required
          hint="Your other sessions end."
          error={faults.next}
        />
        <button type="submit" className="button" disabled={change.isPending}>
          Change the password
        </button>
      </form>
    </section>
  );
}
