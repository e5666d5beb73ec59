import addressparser from 'nodemailer/lib/addressparser';

/** The parts of MAIL_FROM, such as `Task Service <no-reply@tasks.example>`. */
export interface MailSender {
  name: string;
  address: string;
  /** The part after the @. It is also the right side of every Message-ID. */
  host: string;
}

/** @throws Error when MAIL_FROM is not exactly one address. The worker then does not start. */
export function senderOf(mailFrom: string): MailSender {
  const [sender, ...others] = addressparser(mailFrom, { flatten: true });
  const host = sender?.address.split('@')[1];
  if (!sender || !host || others.length > 0)
    throw new Error('MAIL_FROM must be one address, such as Name <a@b.example>.');
  return { name: sender.name || host, address: sender.address, host };
}
