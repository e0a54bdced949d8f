import { describe, expect, it } from 'vitest';
import { byDepth, stepAt, type Flow } from '../src/lib/flow.ts';

const packed = (values: number[], shape: number[]) => ({
  shape,
  dtype: 'float32',
  base64: Buffer.from(new Float32Array(values).buffer).toString('base64'),
});
const none = packed([NaN, NaN, NaN, NaN, NaN, NaN], [2, 3]);
const flow: Flow = {
  layers: ['conv1', 'relu', 'fc'],
  kinds: ['conv', 'relu', 'fc'],
  steps: [0, 100],
  gradient: packed([1, NaN, 2, 3, NaN, 4], [2, 3]),
  weight: none, update: none, mean: none, variance: none, dead: none,
};

describe('a figure over depth', () => {
  it('takes the layers that have it, the nearest at each depth', () => {
    expect(byDepth(flow, 'gradient', 1, 3)).toEqual([
      { layer: 'conv1', value: 3 },
      { layer: 'fc', value: 4 },
      { layer: 'fc', value: 4 },
    ]);
    expect(byDepth(flow, 'gradient', 0, 2).map((p) => p.value)).toEqual([1, 2]);
  });
  it('is empty where no layer has it', () => expect(byDepth(flow, 'dead', 0, 4)).toEqual([]));
  it('finds the step', () => expect([0, 0.4, 1].map((s) => stepAt(flow, s))).toEqual([0, 0, 1]));
});
