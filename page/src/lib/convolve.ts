// Convolution, ReLU and pooling as arithmetic: every number of an output, and how it came about.
// As in deep learning the filter is not turned round (mathematics calls it cross-correlation).

/** Rows of numbers. */
export type Plane = number[][];
/** Maps of one size, one behind another: (channels, rows, columns). */
export type Volume = Plane[];

export interface Steps {
  stride: number;
  padding: number;
  dilation: number;
}

/** Maps whose numbers lie in one row: `planes[c][y * width + x]`. */
export interface Maps {
  size: readonly [number, number];
  planes: Float64Array[];
}

/** What a dilated filter covers: 3 cells, each second one, are 5 wide. */
export function reach(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** The size of an output along one side, before it is rounded down. */
export function outputSize(size: number, kernel: number, { stride, padding, dilation }: Steps): number {
  return (size + 2 * padding - reach(kernel, dilation)) / stride + 1;
}

export const sizeOf = (plane: Plane | undefined): [number, number] => [plane?.length ?? 0, plane?.[0]?.length ?? 0];

export type Trouble =
  | { kind: 'larger'; kernel: [number, number]; size: [number, number]; padding: number }
  | { kind: 'channels'; input: number; filter: number }
  | { kind: 'empty' };

/** Why these cannot be convolved; null where they can. */
export function trouble(input: Volume, filters: Volume[], steps: Steps, separate = false): Trouble | null {
  const [height, width] = sizeOf(input[0]);
  const first = filters[0];
  const [rows, columns] = sizeOf(first?.[0]);
  if (!height || !width || !rows || !columns) return { kind: 'empty' };
  const channels = first?.length ?? 0;
  if (channels !== input.length && !(separate && channels === 1)) {
    return { kind: 'channels', input: input.length, filter: channels };
  }
  const fits = [outputSize(height, rows, steps), outputSize(width, columns, steps)].every((n) => n >= 1);
  if (fits) return null;
  const kernel: [number, number] = [reach(rows, steps.dilation), reach(columns, steps.dilation)];
  return { kind: 'larger', kernel, size: [height, width], padding: steps.padding };
}

export interface Term {
  channel: number;
  /** What the filter lies on; null is padding. */
  window: (number | null)[][];
  weights: Plane;
  products: Plane;
  sum: number;
}

export interface Cell {
  terms: Term[];
  bias: number;
  result: number;
}

/** Which channels of the input, with which slice of the filter, make output map `map`. */
function slices(filters: Volume[], map: number, separate: boolean): [number, Plane][] {
  if (!separate) return (filters[map] ?? []).map((weights, channel) => [channel, weights]);
  const filter = filters[0] ?? [];
  return [[map, filter[map] ?? filter[0] ?? []]];
}

/** How many maps come out: one for each filter, or, where each channel goes alone, for each channel. */
export function outputMaps(input: Volume, filters: Volume[], separate: boolean): number {
  return separate ? input.length : filters.length;
}

/** One number of the output with all that made it. */
export function cell(
  input: Volume,
  filters: Volume[],
  bias: readonly number[],
  steps: Steps,
  [map, y, x]: readonly [number, number, number],
  separate = false,
): Cell {
  const { stride, padding, dilation } = steps;
  const terms = slices(filters, map, separate).map(([channel, weights]): Term => {
    const plane = input[channel] ?? [];
    let sum = 0;
    const window = weights.map((line, i) =>
      line.map((_, j) => plane[y * stride - padding + i * dilation]?.[x * stride - padding + j * dilation] ?? null),
    );
    const products = weights.map((line, i) => line.map((weight, j) => weight * (window[i]?.[j] ?? 0)));
    for (const line of products) for (const product of line) sum += product;
    return { channel, window, weights, products, sum };
  });
  const added = bias[separate ? 0 : map] ?? 0;
  return { terms, bias: added, result: terms.reduce((total, term) => total + term.sum, 0) + added };
}

/** All numbers of the output. The three must fit (`trouble`). */
export function convolve(
  input: Volume,
  filters: Volume[],
  bias: readonly number[],
  steps: Steps,
  separate = false,
): Maps {
  const { stride, padding, dilation } = steps;
  const [height, width] = sizeOf(input[0]);
  const [rows, columns] = sizeOf(filters[0]?.[0]);
  const [high, wide] = [Math.floor(outputSize(height, rows, steps)), Math.floor(outputSize(width, columns, steps))];
  const planes = Array.from({ length: outputMaps(input, filters, separate) }, (_, map) => {
    const out = new Float64Array(high * wide).fill(bias[separate ? 0 : map] ?? 0);
    for (const [channel, weights] of slices(filters, map, separate)) {
      weights.forEach((line, i) =>
        line.forEach((weight, j) => {
          if (weight === 0) return;
          for (let y = 0; y < high; y++) {
            const row = input[channel]?.[y * stride - padding + i * dilation];
            if (!row) continue;
            for (let x = 0; x < wide; x++) {
              out[y * wide + x]! += weight * (row[x * stride - padding + j * dilation] ?? 0);
            }
          }
        }),
      );
    }
    return out;
  });
  return { size: [high, wide], planes };
}

/** max(0, x) of every number. */
export function relu(maps: Maps): Maps {
  return { size: maps.size, planes: maps.planes.map((plane) => plane.map((value) => Math.max(0, value))) };
}

export type PoolKind = 'max' | 'average';

/** The largest or the mean of each square of `side` cells; what is left over at the edge is left out. */
export function pool(maps: Maps, kind: PoolKind, side: number): Maps {
  const [height, width] = maps.size;
  const size = [Math.floor(height / side), Math.floor(width / side)] as const;
  const planes = maps.planes.map((plane) =>
    Float64Array.from({ length: size[0] * size[1] }, (_, at) => {
      const values = square(plane, width, side, Math.floor(at / size[1]), at % size[1]).flat();
      return kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
    }),
  );
  return { size, planes };
}

/** The numbers that a cell of a pooled map sees. */
export function square(plane: Float64Array, width: number, side: number, y: number, x: number): Plane {
  return Array.from({ length: side }, (_, i) =>
    Array.from({ length: side }, (_, j) => plane[(y * side + i) * width + x * side + j] ?? 0),
  );
}

/** A map, or what was made of it. */
export interface Stage {
  kind: 'map' | 'relu' | PoolKind;
  maps: Maps;
}

/** The map and what follows it: `after` is `none`, or names such as `relu-max`; a pool that does not
 * fit is left out. */
export function stagesOf(map: Maps, after: string, side: number): Stage[] {
  const found: Stage[] = [{ kind: 'map', maps: map }];
  let maps = map;
  for (const step of after.split('-')) {
    if (step === 'relu') found.push({ kind: 'relu', maps: (maps = relu(maps)) });
    else if ((step === 'max' || step === 'average') && Math.min(...maps.size) >= side)
      found.push({ kind: step, maps: (maps = pool(maps, step, side)) });
  }
  return found;
}

/** The square of `n` cells of an earlier stage of which a cell is made; null for a later one. */
export function seenIn(
  stages: readonly Stage[],
  cell: { stage: number; y: number; x: number },
  stage: number,
  side: number,
): { y: number; x: number; n: number } | null {
  if (stage > cell.stage) return null;
  let { y, x } = cell;
  let n = 1;
  for (let s = cell.stage; s > stage; s--) {
    const kind = stages[s]?.kind;
    if (kind === 'max' || kind === 'average') [y, x, n] = [y * side, x * side, n * side];
  }
  return { y, x, n };
}
