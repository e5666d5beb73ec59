import { api, call } from '../api/client.js';
import { beginSession } from '../session/session.js';

/** Only a place within this page: an address from outside must not lead elsewhere after the sign-in. */
export const safePlace = (next: string | undefined): string =>
  next?.startsWith('/') && !next.startsWith('//') ? next : '/';

export async function signIn(email: string, password: string): Promise<void> {
  const { token } = await call(api.POST('/api/v1/auth/user/login/', { body: { email, password } }));
  beginSession({ token, email });
}
