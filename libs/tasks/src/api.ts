export { Task, type TaskFields, type TaskPriority, type TaskStatus } from './task.entity.js';
export { TasksHttpModule } from './tasks.http.module.js';
export { TasksModule } from './tasks.module.js';
export { PreconditionFailed } from './tasks.problems.js';
export type { TaskFilter, TaskPage } from './tasks.repository.js';
export { TasksService } from './tasks.service.js';
