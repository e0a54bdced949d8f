// A lesson as plain JSON, written by `Lesson.to_dict()`, and what the page works out of it.
import { fixed, integer, NBSP, NONE, short } from './format.ts';
import type { Packed } from './look.ts';
import type { NetPlan, Payload } from './payload.ts';
import { ui, type Lang } from './ui.svelte.ts';

export type BothText = Record<Lang, string>;
/** A text in both languages, or a name that is the same in each. */
export type Words = BothText | string | null | undefined;
export type Value = number | string | boolean | null;
export type Found = Value | Found[];

export interface Parameter {
  name: string;
  label: BothText;
  values: Value[];
  keys: string[];
  /** Numbers are written as the language does. */
  texts: (Words | number)[];
  default: Value;
  apart: boolean;
  free: [number, number] | null;
}

interface Titled {
  title: Words;
}
export interface HeatData extends Titled {
  type: 'heat';
  values: (number | null)[][] | Packed;
  signed: boolean;
  rows: (number | Words)[];
  columns: (number | Words)[];
  row_title: Words;
  column_title: Words;
  form: string;
  low: number | null;
  high: number | null;
}
export interface GridData extends Titled {
  type: 'grid';
  values: (number | null)[][];
  marked: [number, number][];
  form: string;
  pixels: boolean;
}
export interface PictureData {
  picture: string;
  caption: Words;
  low: number;
  high: number;
  signed: boolean;
  size: [number, number];
}
export interface PicturesData extends Titled {
  type: 'pictures';
  items: PictureData[];
}
export interface TableData extends Titled {
  type: 'table';
  columns: Words[];
  rows: (Found | BothText)[][];
  forms: string[];
}
export interface LineData {
  label: Words;
  x: (number | null)[];
  y: (number | null)[];
  low: (number | null)[] | null;
  high: (number | null)[] | null;
}
export interface LinesData extends Titled {
  type: 'lines';
  lines: LineData[];
  x_title: Words;
  y_title: Words;
  log_x: boolean;
  log_y: boolean;
  form: string;
}
export interface BarsData extends Titled {
  type: 'bars';
  labels: Words[];
  values: (number | null)[];
  low: (number | null)[] | null;
  high: (number | null)[] | null;
  form: string;
}
export interface ScatterData extends Titled {
  type: 'scatter';
  x: (number | null)[];
  y: (number | null)[];
  labels: Words[];
  groups: Words[];
  x_title: Words;
  y_title: Words;
  log_x: boolean;
  log_y: boolean;
  form_x: string;
  form_y: string;
}
export interface NetData extends Titled {
  type: 'net';
  net: NetPlan;
}
export interface FieldData extends Titled {
  type: 'field';
  net: Pick<NetPlan, 'name' | 'input' | 'layers'>;
}
export interface GraphNode {
  name: string;
  label: Words;
  value: number;
  gradient: number | null;
  of: string[];
  local: number[];
}
export interface GraphData extends Titled {
  type: 'graph';
  nodes: GraphNode[];
}
export interface ConvolutionData extends Titled {
  type: 'convolution';
  input: number[][][];
  filters: number[][][][];
  stride: number;
  padding: number;
  dilation: number;
  bias: number[];
  after: string;
  side: number;
  separate: boolean;
  editable: boolean;
}
export interface SizesData extends Titled {
  type: 'sizes';
  size: number;
  kernel: number;
  stride: number;
  padding: number;
  dilation: number;
  channels: number;
  filters: number;
}
export interface RecordData extends Titled {
  type: 'recordview';
  record: Payload;
}
export interface Mistake {
  value: Found;
  text: BothText;
}
export interface Stage {
  prompt: BothText;
  answer: Found;
  form: string;
  tolerance: number;
  hint: BothText;
  mistakes: Mistake[];
}
export interface ExerciseData extends Titled {
  type: 'exercise';
  task: BothText;
  given: { name: Words; values: number[][] }[];
  code: string;
  stages: Stage[];
}

export type ViewData =
  | HeatData
  | GridData
  | PicturesData
  | TableData
  | LinesData
  | BarsData
  | ScatterData
  | NetData
  | FieldData
  | GraphData
  | ConvolutionData
  | SizesData
  | RecordData
  | ExerciseData;

export type Part =
  | { type: 'text' | 'notice'; text: BothText }
  | { type: 'truth'; text: BothText; source: Words }
  | { type: 'code'; code: string }
  | { type: 'view'; view: string; caption: Words }
  | { type: 'expected' };

export type Numbers = Record<string, Found | BothText>;

export interface State {
  numbers: Numbers;
  views: Record<string, ViewData>;
}

export interface ExpectedNumber {
  name: string;
  value: Found;
  tolerance: number;
  form: string;
  /** The values of the parameters that the number follows: it is expected there. */
  at: Chosen;
  text: BothText;
}

export interface Beside {
  href: string;
  title: BothText;
}

export interface LessonPayload {
  kind: 'lesson';
  name: string;
  lectures: string[];
  minutes: number;
  title: BothText;
  question: BothText;
  parameters: Parameter[];
  body: Part[];
  expected: ExpectedNumber[];
  start: Record<string, string>;
  states: Record<string, State>;
  stored: { command: string; machine: string; versions: Record<string, string>; date: string; seconds: number } | null;
  /** Where the course is, and what comes before and after; only inside a course. */
  course?: { index: string; before: Beside | null; next: Beside | null };
}

export interface CoursePayload {
  kind: 'course';
  lectures: Record<string, BothText>;
  lessons: {
    name: string;
    lectures: string[];
    minutes: number;
    title: BothText;
    question: BothText;
    href: string;
  }[];
}

/** Every parameter's key: what the reader has chosen. */
export type Chosen = Record<string, string>;

/** The name of a state: the keys in order. */
export function stateKey(parameters: readonly Parameter[], chosen: Chosen): string {
  return parameters.map((one) => chosen[one.name] ?? '').join(',');
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * The state at the chosen values; null where the page does not have it. Parameters that stand apart
 * change views of their own: their states are put together, each over that of the defaults.
 */
export function stateAt(payload: LessonPayload, chosen: Chosen): State | null {
  const { parameters, states } = payload;
  const exact = states[stateKey(parameters, chosen)];
  if (exact) return exact;
  const start = Object.fromEntries(
    parameters.map((one) => [one.name, one.keys[one.values.indexOf(one.default)] ?? '']),
  );
  const base = states[stateKey(parameters, start)];
  if (!base) return null;
  const alone = parameters.filter((one) => one.apart).map((one) => [one]);
  const merged = { numbers: { ...base.numbers }, views: { ...base.views } };
  for (const group of [...alone, parameters.filter((one) => !one.apart)]) {
    const moved = { ...start };
    for (const one of group) moved[one.name] = chosen[one.name] ?? '';
    const state = states[stateKey(parameters, moved)];
    if (!state) return null;
    for (const part of ['numbers', 'views'] as const) {
      for (const [name, value] of Object.entries(state[part])) {
        if (!same(value, base[part][name])) (merged[part] as Record<string, unknown>)[name] = value;
      }
    }
  }
  return merged;
}

/** A number, a truth or rows of numbers, as Python writes them: '', '.2', '%', '.2%'. */
export function said(value: Found | undefined, form = ''): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return { ru: ['нет', 'да'], en: ['no', 'yes'] }[ui.lang][value ? 1 : 0] ?? '';
  if (Array.isArray(value)) {
    return value.map((one) => said(one, form)).join(value.some(Array.isArray) ? ' / ' : ' ');
  }
  if (!Number.isFinite(value)) return NONE;
  const places = /^(?:\.(\d))?(%?)$/.exec(form);
  const digits = places?.[1];
  if (places?.[2]) return `${fixed(100 * value, Number(digits ?? 1))}${ui.lang === 'ru' ? NBSP : ''}%`;
  if (digits !== undefined) return fixed(value, Number(digits));
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? integer(value) : short(value);
}

const isWords = (value: Found | BothText | undefined): value is BothText =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text with its numbers, or the words that follow them; a brace is written twice. */
export function filled(text: string, numbers: Numbers): string {
  return text.replace(/\{\{|\}\}|\{(\w+)(?::([^{}]*))?\}/g, (whole, name: string | undefined, form = '') => {
    if (name === undefined) return whole.slice(0, 1);
    const value = numbers[name];
    return isWords(value) ? filled(value[ui.lang], numbers) : said(value, form as string);
  });
}

/** Words in the reader's language. */
export function told(words: Words | number, numbers: Numbers = {}): string {
  if (typeof words === 'number') return said(words);
  if (typeof words === 'string' || !words) return words ?? '';
  return filled(words[ui.lang], numbers);
}

/** Whether an answer, typed by hand, is this value: a number, or rows of numbers. */
export function agrees(one: Found, other: Found, tolerance = 1e-9): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, i) => agrees(value, other[i] ?? null, tolerance));
  }
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= tolerance;
  return one === other;
}

const EXACT = 1e-9; // what the arithmetic of computers may differ by
const UNSEEN = 1e-4; // of a number: no digit that is written

/** What was expected of a number, with what it may differ by where that can be seen. */
export function wanted(one: ExpectedNumber): string {
  const value = said(one.value, one.form);
  const size = typeof one.value === 'number' ? Math.abs(one.value) : 0;
  if (one.tolerance <= Math.max(EXACT, UNSEEN * size)) return value;
  const percent = one.form.endsWith('%');
  return `${value} ± ${said(percent ? 100 * one.tolerance : one.tolerance)}${percent ? `${NBSP}${ui.lang === 'ru' ? 'п. п.' : 'pp'}` : ''}`;
}

/** What the reader typed as numbers: rows on lines or after a slash, a decimal comma or point. */
export function typed(text: string): Found {
  const rows = text
    .trim()
    .split(/[\n/]+/)
    .map((row) => row.trim())
    .filter(Boolean)
    .map((row) => row.split(/[\s;×xх]+/).filter(Boolean).map((one) => Number(one.replace('−', '-').replace(',', '.'))));
  if (!rows.length || rows.some((row) => row.some(Number.isNaN))) return null;
  if (rows.length > 1) return rows;
  const [row = []] = rows;
  return row.length === 1 ? (row[0] ?? null) : row;
}

/** What an answer may mean: 1 000 and 1,000 are a thousand, too. */
export function readings(text: string): Found[] {
  const grouped = /^[-−]?\d{1,3}([ \u00a0\u202f,]\d{3})+$/.test(text.trim());
  return [...(grouped ? [typed(text.replace(/[ \u00a0\u202f,]/g, ''))] : []), typed(text)].filter((one) => one !== null);
}

export interface Paragraph {
  list: boolean;
  lines: string[];
}

/** Paragraphs, and lists whose lines begin with "- ". */
export function paragraphs(text: string): Paragraph[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter(Boolean)
    .map((block) => {
      const list = block.startsWith('- ');
      const lines = list ? block.split(/\n- |^- /).filter(Boolean) : [block.replaceAll('\n', ' ')];
      return { list, lines };
    });
}

/** A line cut into words and code, which stands between backticks. */
export function pieces(line: string): { code: boolean; text: string }[] {
  return line
    .split('`')
    .map((text, i) => ({ code: i % 2 === 1, text }))
    .filter((piece) => piece.text);
}
