export { CsvHttpModule } from './csv.http.module.js';
