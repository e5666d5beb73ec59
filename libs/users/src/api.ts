export { BearerGuard } from './bearer.guard.js';
export { CurrentUser, type Principal } from './principal.js';
export { SessionsModule } from './sessions.module.js';
export { SessionsService } from './sessions.service.js';
export { UsersHttpModule } from './users.http.module.js';
export { InvalidToken, NotAuthenticated } from './users.problems.js';
