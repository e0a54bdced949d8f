// What a training and a comparison are chosen from alike: pictures, networks, how long. The address
// keeps what was chosen.
import { apiOf, type Offer, type OpenData, type Start } from '../lib/datasets.ts';
import { ask } from './api.ts';
import { catalogueNames } from './catalogue.ts';
import { keep, place } from './place.svelte.ts';

export interface Length {
  way: 'usual' | 'time' | 'epochs';
  seconds: number;
  epochs: number;
}

export class Choosing {
  offers = $state<Offer[] | null>(null);
  catalogue = $state<string[]>([]);
  /** The chosen pictures, once they are open, and how a training on them begins that names no net. */
  facts = $state<OpenData | null>(null);
  begins = $state<Start | null>(null);
  unread = $state<unknown>(null);

  data = $derived(place.values.data ?? this.offers?.[0]?.id ?? '');
  source = $derived(this.offers?.find((offer) => offer.id === this.data)?.source ?? this.data);
  length = $derived<Length>({
    way: place.values.epochs ? 'epochs' : place.values.seconds ? 'time' : 'usual',
    seconds: Number(place.values.seconds) || 60,
    epochs: Number(place.values.epochs) || 10,
  });
  /** The same for the server, and for a command line. */
  body = $derived({
    data: this.data,
    ...(this.length.way === 'time' ? { budget: this.length.seconds } : {}),
    ...(this.length.way === 'epochs' ? { epochs: this.length.epochs } : {}),
  });
  words = $derived(
    this.length.way === 'epochs'
      ? ['--epochs', String(this.length.epochs)]
      : this.length.way === 'time'
        ? ['--budget', `${this.length.seconds}s`]
        : [],
  );

  constructor() {
    this.read();
    // The network that suits the pictures depends on the time that there is.
    $effect(() => {
      if (!this.facts) return;
      const budget = this.length.way === 'time' ? this.length.seconds : null;
      const stop = new AbortController();
      ask<Start>(apiOf(this.facts.id, 'start', { budget }), { signal: stop.signal }).then((found) => (this.begins = found), () => {});
      return () => stop.abort();
    });
  }

  read = () => {
    this.unread = null;
    Promise.all([ask<Offer[]>('/api/data'), catalogueNames().catch(() => [])]).then(
      ([found, names]) => ([this.offers, this.catalogue] = [found, names]),
      (error) => (this.unread = error),
    );
  };

  setLength = (next: Length) =>
    keep({
      seconds: next.way === 'time' ? String(next.seconds) : '',
      epochs: next.way === 'epochs' ? String(next.epochs) : '',
    });
}
