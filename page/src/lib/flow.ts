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

/** Of several networks, each with what flowed in it. */
export interface Flowed {
  name: string;
  flow: Flow;
}

/** The step that is nearest to a share of the way through a training. */
export const stepAt = (flow: Flow, share: number): number => Math.round(share * (flow.steps.length - 1));

/**
 * A figure over depth: at each of `count` depths, from the first layer to the last, the layer that
 * lies there and its number.
 */
export function byDepth(flow: Flow, figure: FigureName, share: number, count: number): { layer: string; value: number | null }[] {
  const layers = layersOf(flow, figure);
  const step = stepAt(flow, share);
  return Array.from({ length: layers.length ? count : 0 }, (_, i) => {
    const layer = layers[Math.round((i / Math.max(1, count - 1)) * (layers.length - 1))] ?? 0;
    return { layer: flow.layers[layer] ?? '', value: numberAt(flow, figure, layer, step) };
  });
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
