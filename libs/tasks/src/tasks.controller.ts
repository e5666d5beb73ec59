import {
  ApiProblems,
  CachedGet,
  clientSignal,
  cursorOf,
  Idempotent,
  LongAnswer,
  NoBody,
  paginated,
  paginatedByCursor,
  StoresRows,
} from '@app/http';
import { InvalidCursor, NotFound, QueryTimeout, ValidationFailed } from '@app/problems';
import { CurrentUser, InvalidToken, NotAuthenticated, type Principal } from '@app/users/api';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CreateTaskDto, ReplaceTaskDto, wholeTask } from './dto/create-task.dto.js';
import { filterOf, ListTasksDto, pageOf } from './dto/list-tasks.dto.js';
import { PatchTaskDto, patchedFields } from './dto/patch-task.dto.js';
import { TaskDto, TaskPageDto, UncacheableTaskPage } from './dto/task.dto.js';
import { etagOf, versionCondition } from './if-match.js';
import type { Task } from './task.entity.js';
import { PreconditionFailed } from './tasks.problems.js';
import { TasksService, tasksTag } from './tasks.service.js';

const ETAG = {
  ETag: { description: 'ETag of this version of the task, for If-Match.', schema: { type: 'string', example: '"1"' } },
};

const IfMatch = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Change the task only if its current ETag is in this list. `*` allows any.',
    example: '"1"',
  });

const tags = (_request: FastifyRequest, userId: string | undefined) => [tasksTag(userId!)];

const TaskId = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('Tasks')
@ApiBearerAuth()
@ApiProblems(NotAuthenticated, InvalidToken)
@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  /** List your tasks, newest first by default. */
  @Get()
  @LongAnswer()
  @CachedGet({ tags, cacheable: (page: TaskPageDto) => !(page instanceof UncacheableTaskPage) })
  @ApiOperation({ operationId: 'listTasks' })
  @ApiProblems(ValidationFailed, InvalidCursor, QueryTimeout)
  async list(
    @CurrentUser() caller: Principal,
    @Query() query: ListTasksDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskPageDto> {
    const cursor = cursorOf(request, query);
    const signal = clientSignal(reply);
    const found = await this.tasks.list(caller.id, filterOf(query), pageOf(query, cursor), signal);
    const { count, tasks, nextCursor } = found;
    const results = tasks.map(TaskDto.of);
    const page: TaskPageDto = {
      ...(cursor === undefined
        ? paginated(request, reply, query, count, results)
        : paginatedByCursor(request, reply, query, nextCursor, count, results)),
      ...(nextCursor !== null && { next_cursor: nextCursor }),
    };
    return query.overdue === undefined ? page : Object.assign(new UncacheableTaskPage(), page);
  }

  /** Create a task. */
  @Post()
  @StoresRows()
  @Idempotent()
  @ApiOperation({ operationId: 'createTask' })
  @ApiResponse({
    status: 201,
    type: TaskDto,
    headers: { ...ETAG, Location: { description: 'Address of the task.', schema: { type: 'string' } } },
  })
  @ApiProblems(ValidationFailed)
  async create(
    @CurrentUser() caller: Principal,
    @Body() wanted: CreateTaskDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskDto> {
    const task = await this.tasks.create(caller.id, wholeTask(wanted));
    reply.header('Location', `/api/v1/tasks/${task.id}/`);
    return respond(task, reply);
  }

  /** Get a task. */
  @Get(':id')
  @CachedGet({ tags })
  @TaskId()
  @ApiOperation({ operationId: 'getTask' })
  @ApiResponse({ status: 200, type: TaskDto, headers: ETAG })
  @ApiProblems(NotFound)
  async get(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskDto> {
    return respond(await this.tasks.get(caller.id, id), reply);
  }

  /** Replace a task. Absent fields get their defaults. Fields that only the service sets are accepted and ignored. */
  @Put(':id')
  @StoresRows()
  @TaskId()
  @IfMatch()
  @ApiOperation({ operationId: 'replaceTask' })
  @ApiResponse({ status: 200, type: TaskDto, headers: ETAG })
  @ApiProblems(ValidationFailed, NotFound, PreconditionFailed)
  async replace(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Body() wanted: ReplaceTaskDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskDto> {
    return respond(await this.tasks.change(caller.id, id, wholeTask(wanted), versionCondition(ifMatch)), reply);
  }

  /** Change a task by a merge patch (RFC 7396). Absent fields keep their values; null clears a field. */
  @Patch(':id')
  @StoresRows()
  @TaskId()
  @IfMatch()
  @ApiOperation({ operationId: 'patchTask' })
  @ApiConsumes('application/merge-patch+json', 'application/json')
  @ApiBody({ type: PatchTaskDto })
  @ApiResponse({ status: 200, type: TaskDto, headers: ETAG })
  @ApiProblems(ValidationFailed, NotFound, PreconditionFailed)
  async patch(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Body() patch: PatchTaskDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskDto> {
    return respond(await this.tasks.change(caller.id, id, patchedFields(patch), versionCondition(ifMatch)), reply);
  }

  /** Delete a task. */
  @Delete(':id')
  @TaskId()
  @IfMatch()
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteTask' })
  @ApiProblems(NotFound, PreconditionFailed)
  remove(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.tasks.remove(caller.id, id, versionCondition(ifMatch));
  }

  /** Complete a task; a mail tells its owner. A task that is completed already stays as it is. */
  @Post(':id/complete')
  @NoBody()
  @StoresRows()
  @Idempotent({ repeatable: true })
  @TaskId()
  @IfMatch()
  @HttpCode(200)
  @ApiOperation({ operationId: 'completeTask' })
  @ApiResponse({ status: 200, type: TaskDto, headers: ETAG })
  @ApiProblems(NotFound, PreconditionFailed)
  async complete(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskDto> {
    return respond(await this.tasks.complete(caller.id, id, versionCondition(ifMatch)), reply);
  }
}

function respond(task: Task, reply: FastifyReply): TaskDto {
  reply.header('ETag', etagOf(task));
  return TaskDto.of(task);
}
