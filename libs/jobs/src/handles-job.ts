import { SetMetadata } from '@nestjs/common';
import type { JobName } from './job-catalogue.js';

export const HANDLES_JOB = 'jobs:handles';

/** Marks the one method, of a `@Processor` class, that handles jobs of this name. It is given Bull's job and passes it to the JobRunner. */
export const HandlesJob = (name: JobName): MethodDecorator => SetMetadata(HANDLES_JOB, name);
