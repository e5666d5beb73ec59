export { CsvHttpModule } from './csv.http.module.js';
export { type CodeNote, RECORD_REJECTS, UPLOAD_FAILURES, UPLOAD_WARNINGS } from './uploads/upload-codes.js';
