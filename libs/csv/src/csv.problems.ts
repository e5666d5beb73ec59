import { defineProblem } from '@app/problems';

// What is plainly no CSV: refused while it is received, and, where only the whole file tells, the code of a failed upload.

export const CsvEmpty = defineProblem('csv_empty', {
  status: 422,
  title: 'The file is empty',
  detail: 'The file has no record: it is empty, or holds nothing but blank lines.',
});

export const CsvNotText = defineProblem<{ format: string }>('csv_not_text', {
  status: 422,
  title: 'The file is not CSV',
  detail: ({ format }) => `By its content, whatever its name, the file is not CSV but ${format}.`,
});

export const CsvNoColumns = defineProblem('csv_no_columns', {
  status: 422,
  title: 'The file has no columns',
  detail: 'No line with columns was found where the header or the first record should be.',
});
