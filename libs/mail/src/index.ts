export { Mail } from './mail.entity.js';
export { MailModule } from './mail.module.js';
export { MAIL_TEMPLATES, type MailContexts, type MailTemplate } from './mail-contexts.js';
export { MailOutbox, type Posting } from './mail-outbox.js';
