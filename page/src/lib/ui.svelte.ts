// The two choices of a reader, language and theme. A sandboxed frame or a file:// page may deny
// storage: then the choice lasts as long as the page.

export type Lang = 'ru' | 'en';
export type Theme = 'light' | 'dark';

function stored(key: string): string | null {
  try {
    return localStorage.getItem(`svertka.${key}`);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(`svertka.${key}`, value);
  } catch {
    // Nothing to do: the choice is not remembered.
  }
}

/** Address (`?lang=ru` or `#lang=ru`), then the last choice, then the browser's language. */
export function chooseLang(address: string, last: string | null, wanted: readonly string[]): Lang {
  const named = /[?#&]lang=(ru|en)\b/.exec(address)?.[1];
  if (named === 'ru' || named === 'en') return named;
  if (last === 'ru' || last === 'en') return last;
  const first = wanted.map((w) => w.slice(0, 2)).find((w) => w === 'ru' || w === 'en');
  return first === 'ru' ? 'ru' : 'en';
}

function firstLang(): Lang {
  if (typeof document === 'undefined') return 'en';
  return chooseLang(location.search + location.hash, stored('lang'), navigator.languages);
}

function firstTheme(): Theme {
  if (typeof document === 'undefined') return 'light';
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** How much larger than usual drawings are: the style sheet decides, by the screen's width. */
export function readUnit(): void {
  const value = getComputedStyle(document.documentElement).getPropertyValue('--unit');
  ui.unit = Number(value) || 1;
}

export const ui = $state<{ lang: Lang; theme: Theme; unit: number }>({
  lang: firstLang(),
  theme: firstTheme(),
  unit: 1,
});

/** What a record asks for, as a lesson in a notebook does: the reader's own choice goes before. */
export function beginIn(lang: unknown): void {
  const named = /[?#&]lang=(ru|en)\b/.test(location.search + location.hash);
  if ((lang === 'ru' || lang === 'en') && !named && stored('lang') === null) ui.lang = lang;
}

export function setLang(lang: Lang): void {
  ui.lang = lang;
  store('lang', lang);
}

export function setTheme(theme: Theme): void {
  ui.theme = theme;
  store('theme', theme);
}
