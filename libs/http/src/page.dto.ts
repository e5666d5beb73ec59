import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** Number() would also read 0x1, 1e1 and 1.0. */
const digits = Transform(({ value }) => (/^\d+$/.test(String(value)) ? Number(value) : value));

/** Which page of a list. */
export class PageQueryDto {
  /** Page, from 1. */
  @ApiProperty({ required: false, type: 'integer', minimum: 1, default: 1 })
  @IsOptional()
  @digits
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(1_000_000_000, { message: 'is too large' })
  page: number = 1;

  /** Results on a page, at most 100. */
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @digits
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  page_size: number = 20;
}
