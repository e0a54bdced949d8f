import { expect, it } from 'vitest';
import { bounds, inkOn, luminance, rgb, tickDigits, ticks } from '../src/lib/scale.ts';
import { mistakePairs, rightCount, rowSums, strength } from '../src/lib/confusion.ts';

it('puts ticks on round numbers', () => {
  expect(ticks(0.97, 1, 3)).toEqual([0.97, 0.98, 0.99, 1]);
  expect(ticks(0, 16, 8)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  expect(ticks(5, 5)).toEqual([5]);
  expect(tickDigits([0.5, 0.75])).toBe(2);
  expect(tickDigits([97, 98])).toBe(0);
});
it('keeps bounds inside what is possible', () => {
  expect(bounds([0.99, 1], 0, 1)[1]).toBe(1);
  expect(bounds([])).toEqual([0, 1]);
  const [low, high] = bounds([1, 1], 0, 1);
  expect(high).toBeGreaterThan(low);
});
it('has colours whose lightness only grows or only falls, and readable ink on each', () => {
  for (const name of ['wrong', 'right'] as const)
    for (const theme of ['light', 'dark'] as const) {
      const steps = Array.from({ length: 41 }, (_, i) => rgb(name, theme, i / 40));
      const light = steps.map(luminance);
      const sign = theme === 'light' ? -1 : 1;
      light.slice(1).forEach((l, i) => expect(sign * (l - (light[i] ?? 0))).toBeGreaterThan(0));
      for (const colour of steps) {
        const ink = inkOn(colour) === '#ffffff' ? 1 : 0;
        const [a, b] = [luminance(colour), ink].sort((x, y) => y - x) as [number, number];
        expect((a + 0.05) / (b + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
});
it('reads a confusion matrix', () => {
  const matrix = [[8, 2, 0], [1, 9, 0], [0, 3, 7]];
  expect(rowSums(matrix)).toEqual([10, 10, 10]);
  expect(rightCount(matrix)).toBe(24);
  expect(mistakePairs(matrix)).toEqual([
    { truth: 2, answer: 1, n: 3 },
    { truth: 0, answer: 1, n: 2 },
    { truth: 1, answer: 0, n: 1 },
  ]);
  expect(mistakePairs([])).toEqual([]);
  expect([strength(0, 5), strength(5, 5), strength(0, 0)]).toEqual([0, 1, 0]);
});
