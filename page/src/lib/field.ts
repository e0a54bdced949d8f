// Receptive fields: which pixels a number of a layer looks at. Python computed them with the plan.
import { span, type FieldAxis } from './look.ts';
import type { Layer, NetPlan } from './payload.ts';

/** A layer with places and one field: its path, its maps and their size, and rows, then columns. */
export interface FieldLayer extends Pick<Layer, 'path' | 'kind' | 'output'> {
  field: FieldAxis[];
}
export type Span = readonly [first: number, last: number];

/** What a number at (row, column) of a layer sees, rows and columns; outside the picture is padding. */
export function windowAt(layer: FieldLayer, row: number, column: number): [Span, Span] {
  const [down, across] = layer.field;
  return down && across ? [span(down, row), span(across, column)] : [[0, 0], [0, 0]];
}

/** The part of a span on a picture of so many pixels. */
export const inside = ([first, last]: Span, pixels: number): Span => [Math.max(0, first), Math.min(pixels - 1, last)];

/** How many pixels a span holds. */
export const length = ([first, last]: Span): number => Math.max(0, last - first + 1);

/** The share of a window that lies beyond a picture of height × width pixels. */
export function outside([rows, columns]: readonly [Span, Span], height: number, width: number): number {
  const seen = length(inside(rows, height)) * length(inside(columns, width));
  return 1 - seen / (length(rows) * length(columns));
}

/** The layers that can be pointed at: those with places, each field once. */
export function pointable(net: Pick<NetPlan, 'layers'>): FieldLayer[] {
  const found: FieldLayer[] = [];
  for (const { path, kind, output, field } of net.layers) {
    if (!field || field.length !== 2 || output.length !== 3) continue;
    const before = found.at(-1);
    if (before && JSON.stringify([before.output, before.field]) === JSON.stringify([output, field])) continue;
    found.push({ path, kind, output, field });
  }
  return found;
}
