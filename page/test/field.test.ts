import { expect, it } from 'vitest';
import { inside, length, outside, pointable, windowAt, type FieldLayer } from '../src/lib/field.ts';
import type { NetPlan } from '../src/lib/payload.ts';

const axis = (advance: number, low: number, high: number) => ({ period: 1, advance, lows: [low], highs: [high] });
const layer = (path: string, field: unknown, output = [6, 28, 28]) => ({ path, kind: path, output, field }) as FieldLayer;

it('moves a window over the picture as by hand', () => {
  // Two 3x3 layers with padding 1 see 5x5; a stride of 2 makes each step two pixels.
  const two = layer('conv', [axis(1, -2, 2), axis(2, -3, 3)]);
  expect([0, 1, 2].map((row) => windowAt(two, row, 4)[0])).toEqual([[-2, 2], [-1, 3], [0, 4]]);
  expect(windowAt(two, 0, 4)[1]).toEqual([5, 11]);
  expect(windowAt(two, 0, 4).map(length)).toEqual([5, 7]);
});

it('cuts a window at the border and tells what is padding', () => {
  expect(inside([-2, 2], 28)).toEqual([0, 2]);
  expect(inside([25, 31], 28)).toEqual([25, 27]);
  // 5x5 at a corner: 3x3 pixels are picture, 16 of 25 are not.
  expect(outside([[-2, 2], [-2, 2]], 28, 28)).toBeCloseTo(16 / 25);
  expect(outside([[3, 7], [3, 7]], 28, 28)).toBe(0);
});

it('offers each field once, and only layers with places', () => {
  const field = [axis(1, -1, 1), axis(1, -2, 2)];
  const layers = [
    layer('conv', field),
    layer('relu', [axis(1, -1, 1), axis(1, -2, 2)]),
    layer('pool', [axis(2, -1, 2), axis(2, -2, 3)], [6, 14, 14]),
    layer('odd', null),
    layer('fc', field, [10]),
  ];
  expect(pointable({ layers } as unknown as NetPlan).map((one) => one.path)).toEqual(['conv', 'pool']);
});
