// Every text of the page, in both languages side by side. A text without one of them does not
// compile; test/texts.test.ts checks the rest.
import { ui, type Lang } from '../lib/ui.svelte.ts';
import type { Dictionary } from './both.ts';
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

type Arguments<D extends Dictionary, K extends keyof D> = D[K]['en'] extends (...a: infer A) => string ? A : [];

/**
 * The teller of a dictionary: the text of a key in the reader's language; texts with numbers in
 * them take arguments. A room that not every page carries (a screen of the studio, lessons) keeps
 * its own: `const s = teller(mine)`.
 */
export function teller<D extends Dictionary>(words: D) {
  return <K extends keyof D>(key: K, ...values: Arguments<D, K>): string => {
    const text = words[key]?.[ui.lang] as string | ((...a: Arguments<D, K>) => string);
    const full = typeof text === 'function' ? text(...values) : text;
    return full.replaceAll(' — ', '\u00a0— '); // a line does not begin with a dash
  };
}

/** The text `key` of those that every page carries. */
export const t = teller(texts);

/** The reader's word for a name that comes from the payload; null where there is none. */
export function term(group: keyof typeof terms, name: string): string | null {
  const words: Record<string, Record<Lang, string>> = terms[group];
  return Object.hasOwn(words, name) ? (words[name]?.[ui.lang] ?? null) : null;
}
