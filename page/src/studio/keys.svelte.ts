// Keys of one letter. They can be switched off, for those who dictate or hit keys by chance.
import { setLang, setTheme, ui } from '../lib/ui.svelte.ts';
import { go } from './place.svelte.ts';
import { present, setPresent, turn } from './present.svelte.ts';

const STORED = 'svertka.keys';
const wanted = () => {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
};

export const keys = $state({ on: typeof localStorage === 'undefined' || wanted(), help: false });

export function setKeys(on: boolean): void {
  keys.on = on;
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // Not remembered.
  }
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

/** What a key does; `places` are the screens of the bar, in order. */
export function press(event: KeyboardEvent, places: string[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keys.help) return;
  if (present.on && pageKeys(event)) return;
  if (!keys.on || typing(event.target)) return;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  const place = digit && !event.shiftKey ? places[Number(digit) - 1] : undefined;
  if (place !== undefined) return done(event, () => go(place));
  // By the place of the key, so that they are the same under a Russian layout.
  const action = {
    KeyH: () => go(''),
    KeyP: () => setPresent(!present.on),
    KeyT: () => setTheme(ui.theme === 'dark' ? 'light' : 'dark'),
    KeyL: () => setLang(ui.lang === 'ru' ? 'en' : 'ru'),
  }[event.code];
  if (event.key === '?' || (event.key === ',' && event.shiftKey)) done(event, () => (keys.help = true));
  else if (action && !event.shiftKey) done(event, action);
}

function done(event: KeyboardEvent, action: () => unknown): void {
  event.preventDefault();
  action();
}

/** Page keys, as a presenter's remote sends them; arrows, where they are nobody else's. */
function pageKeys(event: KeyboardEvent): boolean {
  const free = !typing(event.target) && !(event.target as HTMLElement | null)?.closest?.('[role=application], [role=slider]');
  const by = { PageDown: 1, PageUp: -1, ...(free ? { ArrowRight: 1, ArrowLeft: -1 } : {}) }[event.key];
  if (event.key === 'Escape') done(event, () => setPresent(false));
  else if (by) done(event, () => turn(by));
  else return false;
  return true;
}
