import { describe, expect, it } from 'vitest';
import { senderOf } from './mail-sender.js';

describe('the sender of mails', () => {
  it('is taken apart into name, address and host', () => {
    expect(senderOf('Task Service <no-reply@tasks.example>')).toEqual({
      name: 'Task Service',
      address: 'no-reply@tasks.example',
      host: 'tasks.example',
    });
  });

  it('goes by its host where it has no name', () => {
    expect(senderOf('no-reply@tasks.example').name).toBe('tasks.example');
  });

  it.each(['', 'nobody', 'a@b.example, c@d.example', 'Name <>'])('cannot be %j', (mailFrom) => {
    expect(() => senderOf(mailFrom)).toThrow('MAIL_FROM must be one address');
  });
});
