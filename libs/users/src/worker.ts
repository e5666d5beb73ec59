export { UsersProcessorModule } from './users.processor.module.js';
