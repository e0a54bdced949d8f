// One picture's way through a network: the numbers that Python carried, and a cell's arithmetic.
import { rgb } from './scale.ts';
import type { Theme } from './ui.svelte.ts';

/** An array as Python packs it: bytes in C order, little-endian. */
export interface Packed {
  shape: number[];
  dtype: string;
  base64: string;
}

export interface FieldAxis {
  period: number;
  advance: number;
  lows: number[];
  highs: number[];
}

export interface Cells {
  kind: string;
  formula: string;
  channels: number[];
  /** The first cell of the patch. */
  at: [number, number];
  /** For each line of cells where its window lies in the layer before. */
  rows: number[][];
  columns: number[][];
  size: [number, number];
  origin: [number, number];
  source: Packed;
  /** The channels of the layer before that are in `source`. */
  names: number[];
  /** For each of `channels`, which of the source's it sees; null: all. */
  inputs: number[][] | null;
  output: Packed;
  weights: Packed | null;
  numbers: Record<string, number[]>;
  padding_counts: boolean;
}

export interface LookLayer {
  name: string;
  kind: string;
  shape: number[];
  near_empty: number[];
  low: Packed;
  high: Packed;
  mean: Packed;
  zeros: Packed;
  channels: number[];
  maps: Packed;
  cells: Cells | null;
  field: FieldAxis[] | null;
}

export interface HeatMap {
  method: string;
  /** Shares of `most`. */
  map: Packed;
  most: number;
  sum: number;
  signed: boolean;
  layer: string | null;
  faithful: {
    share: number[];
    deletion: number[];
    insertion: number[];
    deletion_score: number;
    insertion_score: number;
    random_deletion: number[][];
    random_insertion: number[][];
    random_deletion_scores: number[];
    random_insertion_scores: number[];
  } | null;
  sane: { layers: string[]; correlation: (number | null)[]; maps: Packed } | null;
}

export interface Look {
  kind: 'look';
  format: number;
  svertka: string;
  created: string;
  command: string;
  name: string;
  picture: { name: string; image: string | null; size: [number, number] | null; channels: number } | null;
  answer: { class: string; probability: number; logit: number }[] | null;
  classes: number;
  faint: number;
  layers: LookLayer[] | null;
  filters: { layer: string; weights: Packed; before: Packed | null; distance: Packed | null } | null;
  heat: { class_name: string; probability: number; logit: number; empty_logit: number; effort: { steps: number; parts: number }; of: HeatMap[] } | null;
}

/** Half precision: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** For each type the bytes of a number, and how it is read. */
const READERS: Record<string, readonly [number, (view: DataView, at: number) => number]> & {
  float16: readonly [number, (view: DataView, at: number) => number];
} = {
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  int8: [1, (view, at) => view.getInt8(at)],
};

const unpackedOnes = new WeakMap<Packed, Float32Array>();

/** The numbers of a packed array; unpacked once. */
export function unpack(packed: Packed): Float32Array {
  const known = unpackedOnes.get(packed);
  if (known) return known;
  const text = atob(packed.base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const [size, read] = READERS[packed.dtype] ?? READERS.float16;
  const found = new Float32Array(bytes.length / size);
  for (let i = 0; i < found.length; i++) found[i] = read(view, size * i);
  unpackedOnes.set(packed, found);
  return found;
}

/** How many slices of a volume stand side by side, so that all of them fill nearly a square. */
function abreast(places: readonly number[]): number {
  if (places.length < 3) return 1;
  const [slices = 1, height = 1, width = 1] = places;
  const unlike = (n: number) => Math.abs(Math.log((slices * height) / (n * n * width)));
  const whole = Array.from({ length: slices }, (_, i) => i + 1).filter((n) => slices % n === 0);
  return whole.reduce((best, n) => (unlike(n) < unlike(best) ? n : best), 1);
}

/** Rows and columns in which places are drawn: a line is one row, a volume's slices are tiles. */
export function plane(places: readonly number[]): [number, number] {
  const n = abreast(places);
  return [places.slice(0, -1).reduce((a, b) => a * b, 1) / n, (places.at(-1) ?? 1) * n];
}

/** The numbers of places in the order in which they are drawn. */
export function drawn(values: Float32Array, places: readonly number[]): Float32Array {
  const n = abreast(places);
  if (n === 1) return values;
  const [height = 1, width = 1] = places.slice(-2);
  const wide = n * width;
  return values.map((_, i) => {
    const [y, x] = [Math.floor(i / wide), i % wide];
    const slice = Math.floor(y / height) * n + Math.floor(x / width);
    return values[(slice * height + (y % height)) * width + (x % width)] ?? 0;
  });
}

/** Rows and columns of a layer's maps; a layer without places has maps of one cell. */
export function places(layer: LookLayer): [number, number] {
  return plane(layer.shape.slice(1));
}

/** The place of a drawn cell by the layer's own axes: slice, row and column, as many as it has. */
export function coordinates(layer: LookLayer, y: number, x: number): number[] {
  const own = layer.shape.slice(1);
  const [height = 1, width = 1] = own.slice(-2);
  if (own.length < 3) return [y, x].slice(2 - own.length);
  return [Math.floor(y / height) * abreast(own) + Math.floor(x / width), y % height, x % width];
}

/** The map of a channel; null where the page does not have it. */
export function mapOf(layer: LookLayer, channel: number): Float32Array | null {
  const [height, width] = places(layer);
  const at = layer.channels.indexOf(channel);
  if (at < 0) return null;
  return drawn(unpack(layer.maps).subarray(at * height * width, (at + 1) * height * width), layer.shape.slice(1));
}

/** The strongest map of a layer and the largest number in it: where to begin. */
export function strongest(layer: LookLayer): { channel: number; y: number; x: number } {
  const [low, high] = [unpack(layer.low), unpack(layer.high)];
  const carried = layer.channels.filter((c) => !layer.cells || layer.cells.channels.includes(c));
  const strength = (c: number) => Math.max(Math.abs(low[c] ?? 0), Math.abs(high[c] ?? 0));
  const among = carried.length ? carried : layer.channels;
  const channel = among.reduce((best, c) => (strength(c) > strength(best) ? c : best), among[0] ?? 0);
  const values = mapOf(layer, channel) ?? new Float32Array();
  const wide = places(layer)[1];
  let at = 0;
  let most = -Infinity;
  values.forEach((value, i) => {
    const [y, x] = [Math.floor(i / wide), i % wide];
    if (layer.cells && !isCarried(layer.cells, channel, y, x)) return;
    if (value > most) [at, most] = [i, value];
  });
  return { channel, y: Math.floor(at / wide), x: at % wide };
}

/** The first and the last pixel that cell number `i` sees along an axis. */
export function span(axis: FieldAxis, i: number): [number, number] {
  const r = i % axis.period;
  const moved = Math.floor(i / axis.period) * axis.advance;
  return [(axis.lows[r] ?? 0) + moved, (axis.highs[r] ?? 0) + moved];
}

export interface Term {
  /** The channel of the layer before, or the number of the branch. */
  channel: number;
  /** Rows of the window; null is padding. */
  window: (number | null)[][];
  weights: number[][] | null;
  sum: number;
}

export interface CellMade {
  kind: string;
  formula: string;
  terms: Term[];
  /** The sum of the products, or of the window where there are no weights. */
  sum: number;
  numbers: [name: string, value: number][];
  /** What the arithmetic gives; null where the page knows the formula alone. */
  result: number | null;
  /** What the network had. */
  output: number;
}

/** Whether the page can show how a cell came about. */
export function isCarried(cells: Cells, channel: number, y: number, x: number): boolean {
  const [top, left] = cells.at;
  return (
    cells.channels.includes(channel) &&
    y >= top &&
    x >= left &&
    y < top + cells.rows.length &&
    x < left + cells.columns.length
  );
}

/** The number of a cell in full precision, where the page has it so: maps may be halved. */
export function exactly(layer: LookLayer, channel: number, y: number, x: number): number | null {
  const cells = layer.cells;
  if (!cells || !isCarried(cells, channel, y, x)) return null;
  const row = cells.channels.indexOf(channel) * cells.rows.length + y - cells.at[0];
  return unpack(cells.output)[row * cells.columns.length + x - cells.at[1]] ?? null;
}

/** How the number of a cell comes of the numbers before it. */
export function made(layer: LookLayer, channel: number, y: number, x: number): CellMade | null {
  const cells = layer.cells;
  const output = exactly(layer, channel, y, x);
  if (!cells || output === null) return null;
  const own = cells.channels.indexOf(channel);
  const [dy, dx] = [y - cells.at[0], x - cells.at[1]];
  const [rows, columns] = [cells.rows[dy] ?? [], cells.columns[dx] ?? []];
  const source = unpack(cells.source);
  const [, high = 1, wide = 1] = cells.source.shape;
  const weights = cells.weights ? unpack(cells.weights) : null;
  const taps = rows.length * columns.length;
  const inputs = cells.inputs?.[own] ?? cells.names.map((_, i) => i);
  const within = (i: number, length: number) => i >= 0 && i < length;
  let numberInside = 0;
  const terms = inputs.map((input, place): Term => {
    let sum = 0;
    const window = rows.map((r) =>
      columns.map((c) => {
        if (!within(r, cells.size[0]) || !within(c, cells.size[1])) return null;
        if (place === 0) numberInside++;
        return source[(input * high + r - cells.origin[0]) * wide + c - cells.origin[1]] ?? 0;
      }),
    );
    const first = (own * inputs.length + place) * taps;
    const filter = weights
      ? rows.map((_, i) => columns.map((_, j) => weights[first + i * columns.length + j] ?? 0))
      : null;
    window.forEach((line, i) =>
      line.forEach((value, j) => (sum += (value ?? 0) * (filter?.[i]?.[j] ?? (filter ? 0 : 1)))),
    );
    return { channel: cells.kind === 'add' ? place + 1 : (cells.names[input] ?? input), window, weights: filter, sum };
  });
  const numbers = Object.entries(cells.numbers).map(([name, values]): [string, number] => [name, values[own] ?? 0]);
  if (cells.kind === 'avgpool' || cells.kind === 'gap') {
    numbers.push(['divisor', cells.padding_counts ? taps : numberInside]);
  }
  const sum = terms.reduce((total, term) => total + term.sum, 0);
  return {
    kind: cells.kind,
    formula: cells.formula,
    terms,
    sum,
    numbers,
    result: result(cells.kind, terms, sum, Object.fromEntries(numbers)),
    output,
  };
}

function result(kind: string, terms: Term[], sum: number, by: Record<string, number>): number | null {
  const bias = by.bias ?? 0;
  if (kind === 'conv' || kind === 'fc') return sum + bias;
  if (kind === 'add') return sum;
  if (kind === 'relu') return Math.max(0, sum);
  if (kind === 'relu6') return Math.min(6, Math.max(0, sum));
  if (kind === 'avgpool' || kind === 'gap') return sum / (by.divisor || 1);
  if (kind === 'maxpool') {
    const values = terms.flatMap((term) => term.window.flat()).filter((v) => v !== null);
    return values.length ? values.reduce((a, b) => Math.max(a, b)) : null;
  }
  if (kind === 'bn') {
    const shifted = (sum - (by.mean ?? 0)) / Math.sqrt((by.variance ?? 1) + (by.epsilon ?? 0));
    return shifted * (by.weight ?? 1) + bias;
  }
  return null;
}

/** Zero is pale; orange is above it, blue below: `share` is -1..1 of the largest value. */
export function signedColour(theme: Theme, share: number): [number, number, number] {
  return share < 0 ? rgb('right', theme, -share) : rgb('wrong', theme, share);
}

/** The largest absolute value; 1 where all are 0. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] ?? 0));
  return most || 1;
}

/** Paint a map, a pixel a cell; the style sheet enlarges it. */
export function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  [height, width]: readonly [number, number],
  most: number,
  theme: Theme,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(width, height);
  const table = Array.from({ length: 257 }, (_, i) => signedColour(theme, i / 128 - 1));
  for (let i = 0; i < width * height; i++) {
    const share = Math.max(-1, Math.min(1, (values[i] ?? 0) / most));
    const [r, g, b] = table[Math.round(128 * (share + 1))] ?? [0, 0, 0];
    picture.data.set([r, g, b, 255], 4 * i);
  }
  context.putImageData(picture, 0, 0);
}
