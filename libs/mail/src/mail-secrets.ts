import { Injectable } from '@nestjs/common';
import type { Mail } from './mail.entity.js';
import type { MailContexts, MailTemplate, SecretFields, SecretTemplate } from './mail-contexts.js';

type Secrets<T extends SecretTemplate> = Pick<MailContexts[T], SecretFields[T] & keyof MailContexts[T]>;
type Maker<T extends SecretTemplate> = (userId: string) => Promise<Secrets<T>>;

/**
 * Makes what a mail carries and the database must not hold in clear, such as the token of a password reset. It is made when the mail
 * is sent; a mail that is sent again carries a new one.
 */
@Injectable()
export class MailSecrets {
  private readonly makers = new Map<string, Maker<SecretTemplate>>();

  /** @param make gets the recipient's account, and returns the secret fields of the template. */
  for<T extends SecretTemplate>(template: T, make: Maker<T>): void {
    this.makers.set(template, make as unknown as Maker<SecretTemplate>);
  }

  /** The whole context of a mail: what is stored, and its secret fields. */
  async complete({ template, context, user_id }: Mail): Promise<MailContexts[MailTemplate]> {
    const make = this.makers.get(template);
    if (!make || user_id === null) return context as MailContexts[MailTemplate];
    return { ...context, ...(await make(user_id)) } as MailContexts[MailTemplate];
  }
}
