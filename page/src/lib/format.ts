// Numbers as each language writes them: 99.3% and 99,3 %, 1,234 and 1 234.
import { ui, type Lang } from './ui.svelte.ts';

const LOCALE: Record<Lang, string> = { ru: 'ru-RU', en: 'en-US' };
export const NBSP = '\u00a0';
export const DASH = '–';
export const NONE = '—';

const made = new Map<string, Intl.NumberFormat>();

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = ui.lang + JSON.stringify(options);
  let found = made.get(key);
  if (!found) {
    found = new Intl.NumberFormat(LOCALE[ui.lang], options);
    made.set(key, found);
  }
  return found;
}

/** A typographic minus; thin handling of what is no number at all. */
function write(value: number | null | undefined, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return formatter(options).format(value).replace('-', '−');
}

export function integer(value: number | null | undefined): string {
  return write(value, { maximumFractionDigits: 0 });
}

export function fixed(value: number | null | undefined, digits: number): string {
  return write(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** As short as three significant digits allow; very small and large numbers as powers of ten. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e-4 && size < 1e6) {
    return write(value, { maximumSignificantDigits: Math.max(3, Math.ceil(Math.log10(size))) });
  }
  const power = Math.floor(Math.log10(size));
  const head = write(value / 10 ** power, { maximumSignificantDigits: 3 });
  return `${head}·10${superscript(power)}`;
}

function superscript(power: number): string {
  const signs: Record<string, string> = { '-': '⁻' };
  [...'⁰¹²³⁴⁵⁶⁷⁸⁹'].forEach((sign, digit) => (signs[String(digit)] = sign));
  return [...String(power)].map((sign) => signs[sign] ?? sign).join('');
}

/** 11.7 M, 11,7 млн. */
export function compact(value: number | null | undefined): string {
  return write(value, { notation: 'compact', maximumSignificantDigits: 3 });
}

/** Digits after the point that `n` pictures can bear. */
export function shareDigits(n: number | undefined): number {
  return n !== undefined && n >= 5000 ? 2 : 1;
}

/** A share as percent; where four digits tell them apart, never rounded to 100 % or 0 %. */
export function percent(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  let places = digits;
  const inside = value > 0 && value < 1;
  const bare = () => /^(100|0)([.]0*)?$/.test((100 * value).toFixed(places));
  while (inside && places < 4 && bare()) places++;
  if (bare()) places = digits;
  return write(value, {
    style: 'percent',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/** "98.7–99.7%" and "98,7–99,7 %": the sign of the unit only once. */
export function percentRange(low: number, high: number, digits = 1): string {
  const first = percent(low, digits).replace(/[\s\u00a0\u202f]?%$/, '');
  return `${first}${DASH}${percent(high, digits)}`;
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const units = ui.lang === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'] : ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const head = write(value / 1000 ** step, { maximumSignificantDigits: 3 });
  return `${head}${NBSP}${units[step] ?? ''}`;
}

/** 58 s; 3 min 05 s; 2 h 10 min. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  const [h, min, s] = ui.lang === 'ru' ? ['ч', 'мин', 'с'] : ['h', 'min', 's'];
  if (seconds < 10) return `${write(seconds, { maximumFractionDigits: 1 })}${NBSP}${s}`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole}${NBSP}${s}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${NBSP}${min} ${whole % 60}${NBSP}${s}`;
  return `${Math.floor(minutes / 60)}${NBSP}${h} ${minutes % 60}${NBSP}${min}`;
}

export function date(iso: string): string {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return new Intl.DateTimeFormat(LOCALE[ui.lang], {
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(when);
}

/** A day without its hour: "2026-11-22". */
export function day(iso: string): string {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return new Intl.DateTimeFormat(LOCALE[ui.lang], { dateStyle: 'long', timeZone: 'UTC' }).format(when);
}

/** A name to be seen: an empty one is a dash. */
export function shownName(name: string | undefined): string {
  return name?.trim() ? name : NONE;
}

/** 1×28×28 */
export function shape(sizes: readonly number[] | null | undefined): string {
  return sizes && sizes.length > 0 ? sizes.join('×') : NONE;
}

const rules: Partial<Record<Lang, Intl.PluralRules>> = {};

/** The form of a noun that goes with a count; Russian has three, English two. */
export function plural(lang: Lang, n: number, ...forms: string[]): string {
  const rule = (rules[lang] ??= new Intl.PluralRules(LOCALE[lang]));
  const order = lang === 'ru' ? ['one', 'few', 'many'] : ['one', 'other'];
  const place = order.indexOf(rule.select(n));
  return forms[place < 0 ? forms.length - 1 : place] ?? forms[forms.length - 1] ?? '';
}
