import { StorageFull } from '@app/problems';
import { DiskRoom } from '@app/storage';
import { applyDecorators, type CanActivate, Injectable, UseGuards } from '@nestjs/common';
import { ApiProblems } from './problems/api-problems.js';

@Injectable()
class RoomGuard implements CanActivate {
  constructor(private readonly room: DiskRoom) {}

  async canActivate(): Promise<boolean> {
    await this.room.requireForRows();
    return true;
  }
}

/** A route that stores texts of the client in PostgreSQL: refused with 507 while its disk is short of room. */
export const StoresRows = () => applyDecorators(UseGuards(RoomGuard), ApiProblems(StorageFull));
