// An axis of a chart, linear or logarithmic.
import { bounds, ticks } from './scale.ts';

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
  /** From a value to a place between 0 and 1. */
  at: (value: number) => number;
}

/** An axis around the values; a logarithmic one leaves out what is not above zero. */
export function axis(values: readonly (number | null)[], log: boolean, wanted = 5): Axis {
  const known = values.filter((one): one is number => one !== null && Number.isFinite(one) && (!log || one > 0));
  if (!log) {
    const [low, high] = bounds(known);
    return { low, high, ticks: ticks(low, high, wanted), at: (value) => (value - low) / (high - low) };
  }
  const [first, last] = known.length ? [Math.min(...known), Math.max(...known)] : [1, 10];
  const [low, high] = bounds([Math.log10(first), Math.log10(last)]);
  return {
    low: 10 ** low,
    high: 10 ** high,
    ticks: powers(low, high, wanted),
    at: (value) => (Math.log10(value) - low) / (high - low),
  };
}

/** Powers of ten inside, and 2 and 5 times them where there are few. */
function powers(low: number, high: number, wanted: number): number[] {
  const found: number[] = [];
  const step = Math.max(1, Math.ceil((high - low) / wanted));
  const inner = high - low < 2 ? [1, 2, 5] : [1];
  for (let power = Math.floor(low); power <= high; power += step) {
    for (const times of inner) {
      const value = Number((times * 10 ** power).toPrecision(3));
      const place = Math.log10(value);
      if (place >= low - 1e-9 && place <= high + 1e-9) found.push(value);
    }
  }
  return found;
}
