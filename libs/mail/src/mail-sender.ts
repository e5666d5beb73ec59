import addressparser from 'nodemailer/lib/addressparser';

/** MAIL_FROM taken apart: `Task Service <no-reply@tasks.example>`. */
export interface MailSender {
  name: string;
  address: string;
  /** What stands after the @; the right side of every Message-ID. */
  host: string;
}

/** Throws on what is no single address, so that a bad MAIL_FROM is noticed when the worker starts. */
export function senderOf(mailFrom: string): MailSender {
  const [sender, ...others] = addressparser(mailFrom, { flatten: true });
  const host = sender?.address.split('@')[1];
  if (!sender || !host || others.length > 0)
    throw new Error('MAIL_FROM must be one address, such as Name <a@b.example>.');
  return { name: sender.name || host, address: sender.address, host };
}
