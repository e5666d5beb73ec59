import { defineProblem } from '@app/problems';

export const EmailTaken = defineProblem('email_taken', {
  status: 409,
  title: 'The e-mail address has an account',
  detail: 'There is an account with this e-mail address. Log in, or register with another one.',
});

export const InvalidCredentials = defineProblem('invalid_credentials', {
  status: 401,
  title: 'Wrong e-mail address or password',
  detail: 'There is no account with this e-mail address and this password.',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

export const NotAuthenticated = defineProblem('not_authenticated', {
  status: 401,
  title: 'Authentication is needed',
  detail: 'Send the token you were given at login: "Authorization: Bearer <token>".',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

export const InvalidToken = defineProblem('invalid_token', {
  status: 401,
  title: 'The token is not valid',
  detail: 'The token is unknown, has expired, or was logged out.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
});
