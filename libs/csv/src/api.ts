export { CsvHttpModule } from './csv.http.module.js';
export { filtersSchemas } from './rows/http/filters-schema.js';
