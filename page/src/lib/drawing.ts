// A drawing on its way to the network and back: centred like the digits of MNIST, and the maps of
// every layer out of one binary message.
import { signedColour } from './look.ts';
import type { Theme } from './ui.svelte.ts';

export interface DrawnLayer {
  name: string;
  kind: string;
  /** How many maps the layer has; `shape` says how many of them come, and their size. */
  count: number;
  shape: [number, number, number];
}

export interface Share {
  class: string;
  probability: number;
}

export interface Frame {
  answer: Share[];
  /** The largest absolute value of each layer. */
  most: number[];
  /** Each layer's maps, 127 for `most`. */
  maps: Int8Array[];
}

/** Reads the server's message: the header's length, the header, the maps one after another. */
export function readFrame(data: ArrayBuffer, layers: readonly DrawnLayer[]): Frame {
  const length = new DataView(data).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as Pick<Frame, 'answer' | 'most'>;
  let at = 4 + length;
  const maps = layers.map(({ shape: [n, high, wide] }) => {
    const one = new Int8Array(data, at, n * high * wide);
    at += one.length;
    return one;
  });
  return { ...header, maps };
}

/** How many maps stand in a row: counts of maps are mostly multiples of 16. */
export const across = ([n]: readonly [number, number, number]): number => Math.max(1, Math.min(n, 16));

/** The same in a frame that is `ratio` times as wide as high: where maps become largest, and of such
 * the one with the fewest empty places. */
export function columnsIn([n, high, wide]: readonly [number, number, number], ratio: number): number {
  const rows = (columns: number) => Math.ceil(n / columns);
  const scale = (columns: number) => Math.min(ratio / (columns * (wide + 1)), 1 / (rows(columns) * (high + 1)));
  let best = 1;
  for (let columns = 2; columns <= n; columns++) {
    const gain = scale(columns) / scale(best);
    if (gain > 1.001 || (gain > 0.999 && columns * rows(columns) < best * rows(best))) best = columns;
  }
  return best;
}

/** Paints all maps of a layer on one canvas, a pixel a cell, a pixel of air between them. */
export function paintSheet(
  canvas: HTMLCanvasElement,
  values: Int8Array,
  shape: readonly [number, number, number],
  columns: number,
  theme: Theme,
): void {
  const [n, high, wide] = shape;
  const [width, height] = [columns * (wide + 1) - 1, Math.ceil(n / columns) * (high + 1) - 1];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(width, height);
  const inks = new Uint32Array(picture.data.buffer);
  const table = tableOf(theme);
  for (let map = 0; map < n; map++) {
    const start = Math.floor(map / columns) * (high + 1) * width + (map % columns) * (wide + 1);
    for (let y = 0; y < high; y++)
      for (let x = 0; x < wide; x++) inks[start + y * width + x] = table[(values[(map * high + y) * wide + x] ?? 0) + 128] ?? 0;
  }
  context.putImageData(picture, 0, 0);
}

const tables = new Map<Theme, Uint32Array>();

function tableOf(theme: Theme): Uint32Array {
  let found = tables.get(theme);
  if (!found) {
    const bytes = new Uint8ClampedArray(256 * 4);
    for (let i = 0; i < 256; i++) bytes.set([...signedColour(theme, Math.max(-1, (i - 128) / 127)), 255], 4 * i);
    found = new Uint32Array(bytes.buffer);
    tables.set(theme, found);
  }
  return found;
}

const DIGIT = 20; // the longer side of a digit in MNIST's squares of 28

/**
 * The drawing as MNIST has its digits: its frame scaled to 20 cells, its centre of mass in the
 * middle (LeCun et al. 1998). An empty drawing stays empty.
 */
export function asDigit(pixels: Uint8Array, side: number): Uint8Array {
  const made = new Uint8Array(side * side);
  let [top, left, bottom, right] = [side, side, -1, -1];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if ((pixels[y * side + x] ?? 0) > 0) {
        [top, left] = [Math.min(top, y), Math.min(left, x)];
        [bottom, right] = [Math.max(bottom, y), Math.max(right, x)];
      }
  if (bottom < 0) return made;
  const scale = (DIGIT * (side / 28)) / Math.max(bottom - top + 1, right - left + 1);
  const [high, wide] = [Math.max(1, Math.round((bottom - top + 1) * scale)), Math.max(1, Math.round((right - left + 1) * scale))];
  const scaled = new Float64Array(high * wide);
  let [mass, middleY, middleX] = [0, 0, 0];
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const value = mean(pixels, side, top + y / scale, left + x / scale, 1 / scale);
      scaled[y * wide + x] = value;
      mass += value;
      middleY += value * (y + 0.5);
      middleX += value * (x + 0.5);
    }
  if (mass === 0) return made;
  const [down, across] = [Math.round(side / 2 - middleY / mass), Math.round(side / 2 - middleX / mass)];
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const [toY, toX] = [y + down, x + across];
      if (toY >= 0 && toX >= 0 && toY < side && toX < side) made[toY * side + toX] = Math.round(scaled[y * wide + x] ?? 0);
    }
  return made;
}

/** The mean over a square of `size` cells whose corner is (y, x), cells counted by their share. */
function mean(pixels: Uint8Array, side: number, y: number, x: number, size: number): number {
  let [sum, area] = [0, 0];
  for (let i = Math.floor(y); i < y + size; i++)
    for (let j = Math.floor(x); j < x + size; j++) {
      const share =
        Math.max(0, Math.min(i + 1, y + size) - Math.max(i, y)) * Math.max(0, Math.min(j + 1, x + size) - Math.max(j, x));
      const inside = i >= 0 && j >= 0 && i < side && j < side;
      sum += share * (inside ? (pixels[i * side + j] ?? 0) : 0);
      area += share;
    }
  return area ? sum / area : 0;
}
