// Where the reader is: the address after `#` holds all of it, so that a reload, a bookmark and the
// browser's way back lead to the same place. `#/net?text=conv8` is path `net`, values {text: 'conv8'}.

export type Values = Record<string, string>;
export interface Place {
  /** The screen. */
  screen: string;
  /** What follows the screen: `#/run/digits-1` has the name `digits-1`. */
  name: string;
  values: Values;
}

// What changes when the address was changed by hand: the screen begins anew.
interface Visited extends Place {
  visit: number;
}

const decoded = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [screen = '', ...rest] = path.split('/');
  return {
    screen: decoded(screen),
    name: rest.map(decoded).join('/'),
    values: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a place; values that are empty are left out. */
export function addressOf(screen: string, name = '', values: Values = {}): string {
  const kept = Object.entries(values).filter(([, value]) => value !== '');
  const query = kept.length ? `?${new URLSearchParams(kept)}` : '';
  return `#/${screen}${name ? `/${name.split('/').map(encodeURIComponent).join('/')}` : ''}${query}`;
}

export const place = $state<Visited>({
  ...readPlace(typeof location === 'undefined' ? '' : location.hash),
  visit: 0,
});

/** To be called when the address has changed by itself. */
export function follow(): void {
  Object.assign(place, readPlace(location.hash), { visit: place.visit + 1 });
}

/** Goes to a place; the browser's way back returns. */
export function go(screen: string, name = '', values: Values = {}): void {
  location.hash = addressOf(screen, name, values);
}

const STORED = 'svertka.place.';

/** What was chosen last, for as long as the tab is open; empty where nothing was. */
export function remembered(what: string): string {
  try {
    return sessionStorage.getItem(STORED + what) ?? '';
  } catch {
    return '';
  }
}
export function remember(what: string, value: string): void {
  try {
    sessionStorage.setItem(STORED + what, value);
  } catch {
    // It is not remembered.
  }
}

/**
 * Keeps values in the address without a new step in the browser's history. A reader who has just
 * left for another place is not called back: the address tells it before the screen is gone.
 */
export function keep(values: Values): void {
  const now = readPlace(location.hash);
  if (now.screen !== place.screen || now.name !== place.name) return;
  const address = addressOf(place.screen, place.name, { ...place.values, ...values });
  if (address === location.hash) return;
  try {
    history.replaceState(null, '', address);
  } catch {
    return; // Safari bears 100 in half a minute; the next change will do
  }
  Object.assign(place, readPlace(location.hash));
}
