// What flowed through a network while it learned: numbers by layer and step.
import { unpack, type Packed } from './look.ts';

export const FIGURES = ['gradient', 'weight', 'update', 'mean', 'variance', 'dead'] as const;
export type FigureName = (typeof FIGURES)[number];

export type Flow = Record<FigureName, Packed> & {
  layers: string[];
  kinds: string[];
  steps: number[];
};

/** A figure of a layer at a step; null where it has none. */
export function numberAt(flow: Flow, figure: FigureName, layer: number, step: number): number | null {
  const value = unpack(flow[figure])[step * flow.layers.length + layer];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** The figures that any layer has. */
export function figuresOf(flow: Flow): FigureName[] {
  return FIGURES.filter((name) => unpack(flow[name]).some((value) => !Number.isNaN(value)));
}

/** The layers that have a figure. */
export function layersOf(flow: Flow, figure: FigureName): number[] {
  return flow.layers.flatMap((_, i) => (flow.steps.some((_, s) => numberAt(flow, figure, i, s) !== null) ? [i] : []));
}

/**
 * Where a value stands on the colours' scale, 0..1 (means: -1..1). Lengths and variances differ by
 * powers of ten, so they are taken by their logarithm; shares and means as they are.
 */
export function scaleOf(values: readonly number[], figure: FigureName): (value: number) => number {
  if (figure === 'dead') return (value) => value;
  if (figure === 'mean') {
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
    return (value) => value / most;
  }
  const logs = values.filter((v) => v > 0).map(Math.log10);
  if (!logs.length) return () => 0;
  const low = logs.reduce((a, b) => Math.min(a, b));
  const high = logs.reduce((a, b) => Math.max(a, b));
  return (value) => (value > 0 ? (high > low ? (Math.log10(value) - low) / (high - low) : 0.5) : 0);
}
