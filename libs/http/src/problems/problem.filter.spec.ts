import { ClientGone } from '@app/database';
import { type ArgumentsHost, Logger } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import { RouteTable } from '../server/route-table.js';
import { ProblemFilter } from './problem.filter.js';

afterEach(() => void vi.restoreAllMocks());

it('a client that has left gets no answer, and is no fault in the log', () => {
  const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
  const reply = { raw: { destroy: vi.fn() }, status: vi.fn() };
  const host = { switchToHttp: () => ({ getRequest: () => ({ url: '/', id: '1' }), getResponse: () => reply }) };
  new ProblemFilter(new RouteTable()).catch(new ClientGone(), host as unknown as ArgumentsHost);
  expect(reply.raw.destroy).toHaveBeenCalledOnce();
  expect(reply.status).not.toHaveBeenCalled();
  expect(logged).not.toHaveBeenCalled();
});
