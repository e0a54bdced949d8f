import { expect, it } from 'vitest';
import { toCsv, toJson, type Table } from '../src/lib/table.ts';

const table = (rows: Table['rows']): Table => ({
  name: 't',
  columns: [{ key: 'class', title: 'Класс' }, { key: 'n', title: 'Сколько' }],
  rows,
});

it('writes numbers unrounded and empty cells empty', () => {
  expect(toCsv(table([['a', 0.1 + 0.2], ['b', null], ['c', NaN], ['d', -1.5]]))).toBe(
    '\ufeffclass,n\r\na,0.30000000000000004\r\nb,\r\nc,\r\nd,-1.5\r\n',
  );
});
it('quotes what CSV needs quoted', () => {
  expect(toCsv(table([['a,"b"\nc', 1]]))).toContain('"a,""b""\nc",1');
});
it('lets no spreadsheet run a class name', () => {
  expect(toCsv(table([['=1+1', 1], ['@x', 2], ['-cmd', 3], ['-1', 4]]))).toBe(
    "\ufeffclass,n\r\n'=1+1,1\r\n'@x,2\r\n'-cmd,3\r\n-1,4\r\n",
  );
});
it('writes JSON by the keys, not the titles', () => {
  expect(JSON.parse(toJson(table([['=1+1', 1]])))).toEqual([{ class: '=1+1', n: 1 }]);
});
