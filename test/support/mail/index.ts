export { type ReceivedMail, type SmtpInbox, startSmtpInbox, vacantPort } from './smtp-inbox.js';
