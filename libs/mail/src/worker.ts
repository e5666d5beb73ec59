export { MailProcessorModule } from './mail.processor.module.js';
export { MailDelivery } from './mail-delivery.js';
