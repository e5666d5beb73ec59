import { CONFIG, type Config } from '@app/config';
import { CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { KeyvAdapter } from 'cache-manager';
import { Keyv } from 'keyv';
import { CacheConnection } from './cache-connection.js';
import { CacheValidity } from './cache-validity.js';
import { MAX_TTL_MS, TagCache } from './tag-cache.js';
import { textStore } from './text-store.js';

@Module({
  providers: [
    { provide: CacheConnection, inject: [CONFIG], useFactory: (config: Config) => new CacheConnection(config) },
    CacheValidity,
  ],
  exports: [CacheConnection, CacheValidity],
})
class CacheConnectionModule {}

/** Provides TagCache, and the connection for other counters in Redis. */
@Global()
@Module({
  imports: [
    CacheConnectionModule,
    NestCacheModule.registerAsync({
      imports: [CacheConnectionModule],
      inject: [CacheConnection, CacheValidity],
      useFactory: (connection: CacheConnection) => ({
        stores: [
          new Keyv({
            store: new KeyvAdapter(textStore(connection.redis, (error) => connection.failed(error))),
            namespace: connection.namespace,
            useKeyPrefix: true,
            serialize: undefined,
            deserialize: undefined,
          }),
        ],
      }),
    }),
  ],
  providers: [
    TagCache,
    { provide: MAX_TTL_MS, inject: [CONFIG], useFactory: (config: Config) => config.DEFAULT_CACHE_TTL },
  ],
  exports: [TagCache, CacheConnectionModule],
})
export class CacheModule {}
