// Every text of the page, in both languages side by side. A text without one of them does not
// compile; test/texts.test.ts checks the rest.
import { ui, type Lang } from '../lib/ui.svelte.ts';
import { compare } from './compare.ts';
import { folds } from './folds.ts';
import { frame } from './frame.ts';
import { health } from './health.ts';
import { learning } from './learning.ts';
import { look } from './look.ts';
import { net } from './net.ts';
import { data } from './data.ts';
import { results } from './results.ts';
import { terms } from './terms.ts';

const rooms = [frame, results, learning, net, data, health, compare, folds, look] as const;
export const texts = { ...frame, ...results, ...learning, ...net, ...data, ...health, ...compare, ...folds, ...look };

/** How many texts were written; fewer in `texts` would mean that two share a key. */
export const written = rooms.reduce((n, room) => n + Object.keys(room).length, 0);

type Texts = typeof texts;
type Key = keyof Texts;
type Arguments<K extends Key> = Texts[K]['en'] extends (...a: infer A) => string ? A : [];

/** The text `key` in the reader's language; texts with numbers in them take arguments. */
export function t<K extends Key>(key: K, ...values: Arguments<K>): string {
  const text = texts[key][ui.lang] as string | ((...a: Arguments<K>) => string);
  const full = typeof text === 'function' ? text(...values) : text;
  return full.replaceAll(' — ', '\u00a0— '); // a line does not begin with a dash
}

/** The reader's word for a name that comes from the payload; null where there is none. */
export function term(group: keyof typeof terms, name: string): string | null {
  const words: Record<string, Record<Lang, string>> = terms[group];
  return Object.hasOwn(words, name) ? (words[name]?.[ui.lang] ?? null) : null;
}
