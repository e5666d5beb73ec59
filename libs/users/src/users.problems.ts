import { defineProblem } from '@app/problems';

export const EmailTaken = defineProblem('email_taken', {
  status: 409,
  title: 'The e-mail address has an account already',
  detail: 'An account with this e-mail address exists. Log in, or register with another address.',
});

export const InvalidCredentials = defineProblem('invalid_credentials', {
  status: 401,
  title: 'Wrong e-mail address or password',
  detail: 'No account has this e-mail address and this password.',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

export const NotAuthenticated = defineProblem('not_authenticated', {
  status: 401,
  title: 'Authentication is required',
  detail: 'Send the token from the login: "Authorization: Bearer <token>".',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

export const InvalidToken = defineProblem('invalid_token', {
  status: 401,
  title: 'The token is not valid',
  detail: 'The token is unknown or expired, or its session has ended.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
});

export const InvalidResetToken = defineProblem('invalid_reset_token', {
  status: 400,
  title: 'The token for a new password is not valid',
  detail: 'The token is unknown, was used already, or is older than an hour. Ask for a new mail.',
});
