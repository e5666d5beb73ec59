import { FILE_TYPES, RateLimited, UnsupportedMediaType } from '@app/http';
import { ValidationFailed } from '@app/problems';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import {
  CsvEmpty,
  CsvNoColumns,
  CsvNotText,
  GzipMalformed,
  GzipRatioTooHigh,
  MultipartMalformed,
  NamesDoNotFit,
  TooManyUploads,
  UnknownOption,
  UploadFileMissing,
  UploadIncomplete,
  UploadPartUnexpected,
  UploadStalled,
  UploadTooLarge,
} from '../upload.problems.js';

const binary = (description: string) => ({ type: 'string', format: 'binary', description });
const asForm = {
  type: 'object',
  required: ['file'],
  properties: { file: binary('The file, sent with a file name.') },
};

/** The body of a request that is a file, for OpenAPI. */
export const fileRequestBody = {
  required: true,
  content: {
    'multipart/form-data': { schema: asForm },
    ...Object.fromEntries(FILE_TYPES.map((type) => [type, { schema: binary('The file itself.') }])),
  },
};

/** The headers that say more about such a body. */
export const ApiFileHeaders = () =>
  applyDecorators(
    ApiHeader({
      name: 'Content-Disposition',
      required: false,
      description: 'Names a file that is the body itself.',
      schema: { type: 'string' },
      example: 'attachment; filename="sales.csv"',
    }),
    ApiHeader({
      name: 'Content-Encoding',
      required: false,
      description: 'For a file that is the body itself. A file that is gzip by its content needs no header.',
      schema: { type: 'string', enum: ['gzip', 'identity'] },
    }),
  );

/** Why such a request may be refused. */
export const FILE_REFUSALS = [
  ValidationFailed,
  UnknownOption,
  MultipartMalformed,
  UploadFileMissing,
  UploadPartUnexpected,
  UploadIncomplete,
  UploadStalled,
  UploadTooLarge,
  GzipRatioTooHigh,
  GzipMalformed,
  TooManyUploads,
  RateLimited,
  UnsupportedMediaType,
  CsvEmpty,
  CsvNotText,
  CsvNoColumns,
  NamesDoNotFit,
] as const;
