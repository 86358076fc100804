// Reads a part with DuckDB and prints, as one line of JSON, what DuckDB makes of it.
import { DuckDBInstance } from '@duckdb/node-api';

const [path, column] = process.argv.slice(2);
const file = `'${path.replaceAll("'", "''")}'`;
const connection = await (await DuckDBInstance.create(':memory:')).connect();

const query = async sql => (await connection.runAndReadAll(sql)).getRowObjectsJson();
const answer = {
  columns: await query(`DESCRIBE SELECT * FROM ${file}`),
  schema: await query(`SELECT name, type, repetition_type, converted_type, logical_type FROM parquet_schema(${file})`),
  chunks: await query(`
    SELECT row_group_id, row_group_num_rows, path_in_schema, compression, encodings, num_values, stats_null_count,
           stats_min_value, stats_max_value
    FROM parquet_metadata(${file}) ORDER BY row_group_id, column_id`),
  metadata: await query(`SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${file})`),
  file: await query(`SELECT created_by, num_rows, num_row_groups, format_version FROM parquet_file_metadata(${file})`),
  totals: await query(`
    SELECT count(*) AS rows, count(DISTINCT image) AS images, count(DISTINCT label) AS labels,
           min(len(${column})) AS shortest, max(len(${column})) AS longest,
           sum(list_sum(list_transform(${column}, x -> x::DOUBLE))) AS sum
    FROM ${file}`),
  kiwis: await query(`SELECT count(*) AS rows, min(image) AS first FROM ${file} WHERE label = 'kiwi'`),
  one: await query(`SELECT image, label, ${column} AS numbers FROM ${file} WHERE image LIKE '% 00007 %'`),
  none: await query(`SELECT count(*) AS rows FROM ${file} WHERE label > 'q'`),
};
console.log(JSON.stringify(answer));
