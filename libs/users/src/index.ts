export { BearerGuard } from './bearer.guard.js';
export { CurrentUser, type Principal } from './principal.js';
export { User } from './user.entity.js';
export { UsersHttpModule } from './users.http.module.js';
export { UsersModule } from './users.module.js';
export { InvalidToken, NotAuthenticated } from './users.problems.js';
export { UsersProcessorModule } from './users.processor.module.js';
export { UsersRepository } from './users.repository.js';
