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
  at: number[];
  /** For each axis, and each line of cells along it, where the window lies in the layer before. */
  lines: number[][][];
  size: number[];
  origin: number[];
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

/** Row and column in which the cell at a place of the layer's own axes is drawn. */
export function seat(layer: LookLayer, at: readonly number[]): [number, number] {
  const own = layer.shape.slice(1);
  const [y = 0, x = 0] = [0, 0, ...at.slice(0, own.length)].slice(-2);
  if (own.length < 3) return [y, x];
  const [slice = 0] = at;
  const n = abreast(own);
  return [Math.floor(slice / n) * (own[1] ?? 1) + y, (slice % n) * (own[2] ?? 1) + x];
}

/** Lines between the slices of a volume, as they are drawn. */
export function dividers(own: readonly number[]): string {
  if (own.length < 3) return '';
  const [high, wide] = plane(own);
  const every = (step: number, all: number) => Array.from({ length: all / step - 1 }, (_, i) => (i + 1) * step);
  return [
    ...every(own.at(-2) ?? 1, high).map((y) => `M0 ${y}H${wide}`),
    ...every(own.at(-1) ?? 1, wide).map((x) => `M${x} 0V${high}`),
  ].join('');
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
  let best = 0;
  let most = -Infinity;
  values.forEach((value, i) => {
    const at = coordinates(layer, Math.floor(i / wide), i % wide);
    if (layer.cells && !isCarried(layer.cells, channel, at)) return;
    if (value > most) [best, most] = [i, value];
  });
  return { channel, y: Math.floor(best / wide), x: best % wide };
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
  /** The window's numbers in C order; null is padding. */
  window: (number | null)[];
  weights: number[] | null;
  sum: number;
}

export interface CellMade {
  kind: string;
  formula: string;
  /** How many numbers a window has along each axis. */
  shape: number[];
  terms: Term[];
  /** The sum of the products, or of the window where there are no weights. */
  sum: number;
  numbers: [name: string, value: number][];
  /** What the arithmetic gives; null where the page knows the formula alone. */
  result: number | null;
  /** What the network had. */
  output: number;
}

/** Every place of a box of these lengths, in C order. */
function everyPlace(lengths: readonly number[]): number[][] {
  return lengths.reduce<number[][]>(
    (found, length) => found.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])),
    [[]],
  );
}

/** The number of a place in C order. */
const flat = (place: readonly number[], lengths: readonly number[]) =>
  lengths.reduce((number, length, axis) => number * length + (place[axis] ?? 0), 0);

const lengthsOf = (cells: Cells) => cells.lines.map((axis) => axis.length);

/** A cell's place in the patch; the cell of a layer without places is the first of each axis. */
const inPatch = (cells: Cells, at: readonly number[]) => cells.at.map((first, axis) => (at[axis] ?? 0) - first);

/** Whether the page can show how a cell came about. */
export function isCarried(cells: Cells, channel: number, at: readonly number[]): boolean {
  const there = inPatch(cells, at).every((i, axis) => i >= 0 && i < (cells.lines[axis]?.length ?? 0));
  return there && cells.channels.includes(channel);
}

/** The number of a cell in full precision, where the page has it so: maps may be halved. */
export function exactly(layer: LookLayer, channel: number, y: number, x: number): number | null {
  const cells = layer.cells;
  const at = coordinates(layer, y, x);
  if (!cells || !isCarried(cells, channel, at)) return null;
  const place = [cells.channels.indexOf(channel), ...inPatch(cells, at)];
  return unpack(cells.output)[flat(place, [cells.channels.length, ...lengthsOf(cells)])] ?? null;
}

/** How the number of a cell comes of the numbers before it. */
export function made(layer: LookLayer, channel: number, y: number, x: number): CellMade | null {
  const cells = layer.cells;
  const output = exactly(layer, channel, y, x);
  if (!cells || output === null) return null;
  const own = cells.channels.indexOf(channel);
  const place = inPatch(cells, coordinates(layer, y, x));
  const lines = cells.lines.map((axis, i) => axis[place[i] ?? 0] ?? []);
  const shape = lines.map((line) => line.length);
  const taps = everyPlace(shape).map((tap) => tap.map((i, axis) => lines[axis]?.[i] ?? 0));
  const inside = taps.map((tap) => tap.every((i, axis) => i >= 0 && i < (cells.size[axis] ?? 0)));
  const source = unpack(cells.source);
  const piece = cells.source.shape.slice(1);
  const weights = cells.weights ? unpack(cells.weights) : null;
  const inputs = cells.inputs?.[own] ?? cells.names.map((_, i) => i);
  const terms = inputs.map((input, number): Term => {
    const window = taps.map((tap, i) => {
      if (!inside[i]) return null;
      const from = tap.map((at, axis) => at - (cells.origin[axis] ?? 0));
      return source[flat([input, ...from], [0, ...piece])] ?? 0;
    });
    const first = (own * inputs.length + number) * taps.length;
    const filter = weights ? taps.map((_, i) => weights[first + i] ?? 0) : null;
    const sum = window.reduce<number>((total, value, i) => total + (value ?? 0) * (filter?.[i] ?? 1), 0);
    return { channel: cells.kind === 'add' ? number + 1 : (cells.names[input] ?? input), window, weights: filter, sum };
  });
  const numbers = Object.entries(cells.numbers).map(([name, values]): [string, number] => [name, values[own] ?? 0]);
  if (cells.kind === 'avgpool' || cells.kind === 'gap') {
    numbers.push(['divisor', cells.padding_counts ? taps.length : inside.filter(Boolean).length]);
  }
  const sum = terms.reduce((total, term) => total + term.sum, 0);
  return {
    kind: cells.kind,
    formula: cells.formula,
    shape,
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
    const values = terms.flatMap((term) => term.window).filter((v) => v !== null);
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
