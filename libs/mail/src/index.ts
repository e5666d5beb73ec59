export { Mail } from './mail.entity.js';
export { MailModule } from './mail.module.js';
export { MailProcessorModule } from './mail.processor.module.js';
export { MAIL_TEMPLATES, type MailContexts, type MailTemplate } from './mail-contexts.js';
export { MailDelivery } from './mail-delivery.js';
export { Mailbox, type Posting } from './mailbox.js';
