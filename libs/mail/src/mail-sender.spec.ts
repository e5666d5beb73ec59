import { describe, expect, it } from 'vitest';
import { senderOf } from './mail-sender.js';

describe('the sender of mails', () => {
  it('has a name, an address and a host', () => {
    expect(senderOf('Task Service <no-reply@tasks.example>')).toEqual({
      name: 'Task Service',
      address: 'no-reply@tasks.example',
      host: 'tasks.example',
    });
  });

  it('takes its host as its name when it has none', () => {
    expect(senderOf('no-reply@tasks.example').name).toBe('tasks.example');
  });

  it.each(['', 'nobody', 'a@b.example, c@d.example', 'Name <>'])('is rejected when MAIL_FROM is %j', (mailFrom) => {
    expect(() => senderOf(mailFrom)).toThrow('MAIL_FROM must be one address');
  });
});
