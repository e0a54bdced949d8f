import { describe, expect, it } from 'vitest';
import { figuresOf, layersOf, numberAt, scaleOf, type Flow } from '../src/lib/flow.ts';
import type { Packed } from '../src/lib/look.ts';
import { nearestSpot, profile, tileAt, towards, type Spot } from '../src/lib/survey.ts';

const packed = (values: number[], shape: number[]): Packed => ({
  shape,
  dtype: 'float32',
  base64: Buffer.from(new Float32Array(values).buffer).toString('base64'),
});

describe('spots', () => {
  const spots: Spot[] = [[0, 0], [10, 1], [10, 30], [-5, 0], [3, 9]];
  it('finds the nearest within reach', () => {
    expect(nearestSpot(spots, 9, 2)).toBe(1);
    expect(nearestSpot(spots, 100, 100, 5)).toBeNull();
  });
  it('walks in a direction and stops at the end', () => {
    expect(towards(spots, 0, 1, 0)).toBe(1);
    expect(towards(spots, 0, -1, 0)).toBe(3);
    expect(towards(spots, 0, 0, 1)).toBe(4);
    expect(towards(spots, 0, 0, -1)).toBeNull();
  });
});

it('finds a tile of the sheet', () => {
  expect(tileAt({ image: '', size: [12, 10], columns: 4 }, 6)).toEqual([20, 12]);
});

it('sums over rows and fits the height of the Gaussian', () => {
  const own = Array.from({ length: 9 }, (_, x) => Math.exp(-0.5 * ((x - 4) / 1.5) ** 2));
  const { measured, fitted } = profile([...own, ...own], [2, 9], 4, 1.5);
  measured.forEach((value, x) => {
    expect(value).toBeCloseTo(2 * (own[x] ?? 0));
    expect(fitted[x]).toBeCloseTo(value);
  });
});

describe('flow', () => {
  const none = packed([NaN, NaN, NaN, NaN], [2, 2]);
  const flow = {
    layers: ['conv', 'relu'], kinds: ['conv', 'relu'], steps: [0, 100],
    gradient: packed([1, NaN, 0.01, NaN], [2, 2]), weight: none, update: none, mean: none, variance: none,
    dead: packed([NaN, 0, NaN, 0.5], [2, 2]),
  } as Flow;
  it('knows which layer has which number', () => {
    expect(figuresOf(flow)).toEqual(['gradient', 'dead']);
    expect(layersOf(flow, 'dead')).toEqual([1]);
    expect(numberAt(flow, 'dead', 1, 1)).toBe(0.5);
    expect(numberAt(flow, 'gradient', 1, 0)).toBeNull();
  });
  it('takes lengths by their logarithm and means with their sign', () => {
    expect(scaleOf([1, 0.01], 'gradient')(0.1)).toBeCloseTo(0.5);
    expect(scaleOf([-4, 2], 'mean')(-4)).toBe(-1);
    expect(scaleOf([], 'dead')(0.3)).toBe(0.3);
  });
});
