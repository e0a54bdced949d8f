// Every picture can be had as numbers: a table on the page, CSV and JSON as files.

export type Cell = string | number | null;

export interface Column {
  /** The column's name in files: the same in every language. */
  key: string;
  title: string;
  format?: (value: number) => string;
}

export interface Table {
  /** The files' name, without its ending. */
  name: string;
  columns: Column[];
  rows: Cell[][];
}

/** A spreadsheet must not run a class name as a formula; numbers, also negative ones, stay. */
function guarded(text: string): string {
  return /^[=@\t\r]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = guarded(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with a byte order mark so that spreadsheets read names in any script. */
export function toCsv(table: Table): string {
  const lines = [table.columns.map((column) => column.key), ...table.rows];
  return `\ufeff${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

export function toJson(table: Table): string {
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, i) => [column.key, row[i] ?? null])),
  );
  return JSON.stringify(rows, null, 1);
}

export function save(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
