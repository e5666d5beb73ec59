export { MailProcessorModule } from './mail.processor.module.js';
export { MailSecrets } from './mail-secrets.js';
