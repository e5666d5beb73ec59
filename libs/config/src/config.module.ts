import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './schema.js';

export const CONFIG = Symbol('CONFIG');

/** Hands the one configuration object to whoever asks for CONFIG. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
