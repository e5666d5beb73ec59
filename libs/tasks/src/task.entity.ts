import { Column, Entity, PrimaryColumn } from 'typeorm';

/** In sort order. */
export const TASK_STATUSES = ['pending', 'in_progress', 'completed'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** In sort order. */
export const TASK_PRIORITIES = ['low', 'medium', 'high'] as const;
export type TaskPriority = (typeof TASK_PRIORITIES)[number];

@Entity('tasks')
export class Task {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') user_id: string;
  /** 1 to 255 code points. */
  @Column('text') title: string;
  @Column('text') description: string;
  @Column('enum', { enum: TASK_STATUSES, enumName: 'task_status' }) status: TaskStatus;
  @Column('enum', { enum: TASK_PRIORITIES, enumName: 'task_priority' }) priority: TaskPriority;
  /** Of a task that is due on a day: the last millisecond of the day in UTC. */
  @Column('timestamptz', { nullable: true }) due_date: Date | null;
  @Column('boolean') due_is_day: boolean;
  /** Set if and only if the status is `completed`. */
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
  /** From 1; each change adds 1. The task's ETag is made of it. */
  @Column('integer') version: number;
  @Column('timestamptz') created_at: Date;
  @Column('timestamptz') updated_at: Date;
}

/** The fields that the owner sets. The service sets the others. */
export type TaskFields = Pick<Task, 'title' | 'description' | 'status' | 'priority' | 'due_date' | 'due_is_day'>;
