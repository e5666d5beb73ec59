export { CsvHttpModule } from './csv.http.module.js';
export { filtersSchemas } from './rows/http/filters-schema.js';
export { type CodeNote, RECORD_REJECTS, UPLOAD_FAILURES, UPLOAD_WARNINGS } from './uploads/upload-codes.js';
