export { MailProcessorModule } from './mail.processor.module.js';
