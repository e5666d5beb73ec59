import { IdempotencyModule } from '@app/http';
import { Module } from '@nestjs/common';
import { TasksController } from './tasks.controller.js';
import { TasksModule } from './tasks.module.js';

/** Tasks over HTTP; only for the api. */
@Module({ imports: [TasksModule, IdempotencyModule], controllers: [TasksController] })
export class TasksHttpModule {}
