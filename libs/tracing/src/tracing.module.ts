import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { endTracing } from './tracing.js';

/** Sends the last spans when the process stops. */
@Module({})
export class TracingModule implements OnApplicationShutdown {
  onApplicationShutdown(): Promise<void> {
    return endTracing();
  }
}
