import type { ComponentProps } from 'react';
import { Field } from '../ui/field.js';

export const PASSWORD_HINT = '8 to 128 characters. Several unusual words are easy to remember and hard to guess.';

/** The input of a password that an account is to have. */
export const NewPassword = (props: Partial<ComponentProps<typeof Field>>) => (
  <Field label="New password" name="new_password" type="password" autoComplete="new-password" required {...props} />
);
