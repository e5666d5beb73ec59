import Fastify from 'fastify';
import pg from 'pg';

export interface CeilingOptions {
  databaseUrl: string;
  /** `csv_rows`, or the table of one upload. */
  table: string;
  /** Set where the table has rows of other uploads, or at least room for them. */
  uploadId: string | null;
  columns: { key: string; type: string }[];
  poolSize: number;
  pageRows: number;
}

/*
 * A bare Fastify handler that reads a page of the same rows with one prepared statement, splits their cells and writes them as JSON with
 * types. It has no token, validation, limits, counts or time budget: it shows the cost of the rows alone. Its options come as JSON by
 * argv; the address is printed on stdout.
 */
const { databaseUrl, table, uploadId, columns, poolSize, pageRows } = JSON.parse(process.argv[2]!) as CeilingOptions;

const ofUpload = uploadId === null ? '' : `upload_id = ${pg.escapeLiteral(uploadId)} AND`;
const PAGE = `SELECT row_number, cells FROM ${table} WHERE ${ofUpload} row_number > $1 AND row_number <= $2 ORDER BY row_number`;
const CELL_SEPARATOR = '\u001f';
const UNQUOTED = new Set(['integer', 'number', 'boolean']);

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });
const members = columns.map(({ key, type }) => ({ start: `${JSON.stringify(key)}:`, isText: !UNQUOTED.has(type) }));

function rowJson([rowNumber, cells]: [string, string]): string {
  const values = cells.split(CELL_SEPARATOR);
  let json = `{"row_id":${rowNumber},"data":{`;
  for (let i = 0; i < members.length; i++) {
    const { start, isText } = members[i]!;
    const value = values[i]!;
    if (i > 0) json += ',';
    json += start + (value === '' ? 'null' : isText ? JSON.stringify(value) : value);
  }
  return `${json}}}`;
}

const app = Fastify();

app.get<{ Params: { page: string } }>('/rows/:page', async (request, reply) => {
  const last = Number(request.params.page) * pageRows;
  const { rows } = await pool.query<[string, string]>({
    name: 'page',
    text: PAGE,
    values: [last - pageRows, last],
    rowMode: 'array',
  });
  return reply.type('application/json; charset=utf-8').send(`{"data":[${rows.map(rowJson).join(',')}]}`);
});

console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
