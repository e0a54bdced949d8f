// Many pictures in a network's eyes: what Python gathered, and small geometry for its drawings.
import type { Packed } from './look.ts';
import type { Flow, Flowed } from './flow.ts';

export interface Thumbnails {
  image: string;
  size: [number, number];
  columns: number;
}

export interface Embedding {
  layer: string;
  numbers: number;
  classes: string[];
  ids: string[];
  /** Class numbers, -1 where nobody knows. */
  truth: number[];
  answers: number[];
  confidence: number[];
  pca: number[][];
  explained: number[];
  tsne: number[][] | null;
}

export interface Line {
  at: number[];
  accuracy: (number | null)[];
  change: (number | null)[];
}

export interface Answers {
  name: string;
  n: number;
  accuracy: number | null;
  shift: { at: number[]; accuracy: (number | null)[][]; change: (number | null)[][] };
  rotation: Line;
  scale: Line;
  noise: Line;
}

export interface Curve {
  class: string;
  support: number;
  threshold: number[];
  precision: number[];
  recall: number[] | null;
  average_precision: number | null;
  best: number;
}

export interface Field {
  layer: string;
  weights: Packed;
  centre: number[];
  sigma: number[];
  samples: number;
  size: number;
  share: number;
  window: { spans: [number, number][]; inside: [number, number][] };
}

export interface Border {
  layer: string;
  touched: number;
  samples: number;
  paths: Packed;
  outside: Packed | null;
  changes: Packed | null;
}

export interface Best {
  /** For each filter that is shown, its pictures among `pictures`, the strongest first. */
  place: number[][];
  values: number[][];
  /** First and last row, first and last column. */
  windows: [[number, number], [number, number]][][];
  ids: string[];
  size: [number, number];
  pictures: Thumbnails;
  patches: Thumbnails;
}

export interface LayerFilters {
  layer: string;
  kind: string;
  heard: string;
  raised: string;
  shape: number[];
  lengths: Packed;
  distance: Packed | null;
  partner: number[];
  cosine: Packed;
  alike: number[][];
  alike_in_all: number;
  active: Packed | null;
  dead: number[] | null;
  n: number;
  part: string;
  shown: number[];
  /** For each filter that is shown, the channels that `weights` has of it. */
  planes: number[][];
  weights: Packed;
  before: Packed | null;
  best: Best | null;
  dreams: { channels: number[]; start: number[]; end: number[]; steps: number; images: Thumbnails } | null;
}

/** The part of a window that lies on the picture, as a rectangle. */
export function framed(best: Best, filter: number, rank: number) {
  const [[top, bottom] = [0, 0], [left, right] = [0, 0]] = best.windows[filter]?.[rank] ?? [];
  const [height, width] = best.size;
  const [y, x] = [Math.max(0, top), Math.max(0, left)];
  return { x, y, width: Math.min(width - 1, right) - x + 1, height: Math.min(height - 1, bottom) - y + 1 };
}

export interface Suspects {
  doubts: { index: number; label: number; better: number; label_probability: number; better_probability: number }[];
  doubts_in_all: number;
  pairs: number[][];
  pairs_in_all: number;
  distance: number[];
  cosine: number[];
}

export interface Survey {
  kind: 'survey';
  format: number;
  svertka: string;
  created: string;
  command: string;
  name: string;
  data: string;
  part: string;
  task: 'classes' | 'labels';
  n: number;
  accuracy: number | null;
  embedding: Embedding | null;
  neighbours: { places: number[][]; cosine: Packed } | null;
  suspects: Suspects | null;
  thresholds: { n: number; curves: Curve[] } | null;
  confused: { n: number; pairs: { truth: string; answer: string; support: number; rows: number[] }[] } | null;
  responses: Answers[] | null;
  fields: Field[] | null;
  borders: Border[] | null;
  filters: LayerFilters[] | null;
  flow: Flow | null;
  /** This network's and those of the networks beside it. */
  flows: Flowed[] | null;
  thumbnails: Thumbnails | null;
}

const images = new Map<string, Promise<HTMLImageElement>>();

/** The sheet of small pictures, decoded once for all that draw from it. */
export function sheet(source: string): Promise<HTMLImageElement> {
  let found = images.get(source);
  if (!found) {
    const image = new Image();
    image.src = source;
    found = image.decode().then(() => image);
    images.set(source, found);
  }
  return found;
}

/** Where picture number `i` lies on the sheet: left, top. */
export function tileAt({ size, columns }: Thumbnails, i: number): [number, number] {
  return [(i % columns) * size[1], Math.floor(i / columns) * size[0]];
}

export type Spot = readonly [x: number, y: number];

/** The spot nearest to (x, y); null where none is within `reach`. */
export function nearestSpot(spots: readonly Spot[], x: number, y: number, reach = Infinity): number | null {
  let best: number | null = null;
  let least = reach;
  spots.forEach(([a, b], i) => {
    const gap = Math.hypot(a - x, b - y);
    if (gap < least) [best, least] = [i, gap];
  });
  return best;
}

/** The next spot from spot `from` in a direction, (1, 0) is to the right; aside counts double. */
export function towards(spots: readonly Spot[], from: number, dx: number, dy: number): number | null {
  const here = spots[from];
  if (!here) return null;
  let best: number | null = null;
  let least = Infinity;
  spots.forEach(([x, y], i) => {
    const ahead = (x - here[0]) * dx + (y - here[1]) * dy;
    const aside = Math.abs((x - here[0]) * dy - (y - here[1]) * dx);
    if (i === from || ahead <= 0 || aside > 2 * ahead) return;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}

/** The steps of the arrow keys: across, down. */
export const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How much pixels count along the columns: sums over the rows, and the fitted Gaussian of them. */
export function profile(weights: ArrayLike<number>, [height, width]: readonly [number, number], centre: number, sigma: number) {
  const measured = Array.from({ length: width }, (_, x) => {
    let sum = 0;
    for (let y = 0; y < height; y++) sum += weights[y * width + x] ?? 0;
    return sum;
  });
  const shape = measured.map((_, x) => Math.exp(-0.5 * ((x - centre) / (sigma || 1e-9)) ** 2));
  // The height that fits best, given centre and deviation.
  const both = shape.reduce((sum, g, x) => sum + g * (measured[x] ?? 0), 0);
  const own = shape.reduce((sum, g) => sum + g * g, 0);
  return { measured, fitted: shape.map((g) => (g * both) / (own || 1)) };
}
