import type { Lang } from '../lib/ui.svelte.ts';

export type Both = Record<Lang, string> | Record<Lang, (...values: never[]) => string>;
export type Dictionary = Record<string, Both>;
