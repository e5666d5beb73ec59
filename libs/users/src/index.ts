export { User } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { UsersRepository } from './users.repository.js';
