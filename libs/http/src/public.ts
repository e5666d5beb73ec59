import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'http:public';

/** Opens a route, or all of a controller, to callers without a token; every other route asks for one. */
export const Public = () => SetMetadata(PUBLIC, true);
