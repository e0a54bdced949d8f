// The data that the studio offers, as its server tells them.
import type { DataSet } from './payload.ts';

export interface Offer {
  id: string;
  source: string;
  built_in: boolean;
}

export interface Policy {
  [change: string]: number | boolean | string;
}

export interface OpenData extends DataSet {
  id: string;
  task: 'classes' | 'labels';
  examples: Record<string, string[]>;
}

/** How a training begins that names no network. */
export interface Start {
  net: string;
  weights: string | null;
  input: number[];
  /** Seconds that are recommended. */
  budget: number;
}

export interface Shown {
  part: string;
  index: number;
  id: string;
  labels: number[];
  picture: string;
  /** As each of the epochs sees it. */
  bent?: string[];
}

export interface PicturePage {
  total: number;
  from: number;
  count: number;
  pictures: Shown[];
}

export interface Augmented {
  net: string;
  weights: string | null;
  policy: Policy | null;
  seed: number;
  epochs: number[];
  total: number;
  from: number;
  pictures: Shown[];
}

/** All pictures of all parts. */
export const counted = (data: { counts: Record<string, number> }): number =>
  Object.values(data.counts ?? {}).reduce((a, b) => a + b, 0);

export const apiOf = (id: string, what = '', values: Record<string, string | number | null> = {}): string => {
  const kept = Object.entries(values).filter(([, value]) => value !== null && value !== '');
  const query = new URLSearchParams(kept.map(([key, value]): [string, string] => [key, String(value)]));
  const text = query.toString();
  return `/api/data/${encodeURIComponent(id)}${what ? `/${what}` : ''}${text ? `?${text}` : ''}`;
};
