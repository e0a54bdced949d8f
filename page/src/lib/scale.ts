// Axes and colours.
import type { Theme } from './ui.svelte.ts';

/** Round numbers that cover low..high in about `wanted` steps. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
}

/** Without the noise of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Digits after the point that tell neighbouring ticks apart. */
export function tickDigits(values: readonly number[]): number {
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0)) || 1;
  for (let digits = 0; digits < 6; digits++) {
    if (Math.abs(Math.round(step * 10 ** digits) - step * 10 ** digits) < 1e-6) return digits;
  }
  return 6;
}

/** Bounds of an axis around values: a little air, kept inside `floor..ceiling`. */
export function bounds(
  values: readonly number[],
  floor = -Infinity,
  ceiling = Infinity,
): [number, number] {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return [0, 1];
  let low = known.reduce((a, b) => Math.min(a, b));
  let high = known.reduce((a, b) => Math.max(a, b));
  const air = (high - low) * 0.08 || Math.abs(high) * 0.05 || 0.5;
  low = Math.max(floor, low - air);
  high = Math.min(ceiling, high + air);
  if (high <= low) [low, high] = [Math.max(floor, low - air), high + air];
  return [low, high];
}

type Ramp = readonly [number, number, number][];

function ramp(...colours: string[]): Ramp {
  return colours.map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)) as never);
}

// Sequential, one hue each, lightness strictly monotone: readable without colour vision, and the
// two differ in hue (blue against orange) for those who see any.
const RAMPS: Record<'wrong' | 'right', Record<Theme, Ramp>> = {
  wrong: {
    light: ramp('#fdf0e7', '#fbd5bb', '#f4a678', '#dd6f38', '#b0430f', '#752804'),
    dark: ramp('#2a2220', '#54301f', '#8c4520', '#c8662d', '#f59b60', '#ffd6ba'),
  },
  right: {
    light: ramp('#f0f5fa', '#d3e4f3', '#a3c8e7', '#5d9bd0', '#2370b0', '#0b447a'),
    dark: ramp('#1c232d', '#203a55', '#265a88', '#3f82bc', '#78b4e8', '#c6e1fa'),
  },
};

export type RampName = keyof typeof RAMPS;

/** The colour of `share` (0..1) as red, green, blue. */
export function rgb(name: RampName, theme: Theme, share: number): [number, number, number] {
  const stops = RAMPS[name][theme];
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[i] ?? [0, 0, 0], stops[i + 1] ?? [0, 0, 0]];
  return [0, 1, 2].map((c) => {
    const from = a[c] ?? 0;
    return Math.round(from + ((b[c] ?? 0) - from) * (place - i));
  }) as [number, number, number];
}

export function css([r, g, b]: readonly [number, number, number]): string {
  return `rgb(${r} ${g} ${b})`;
}

/** Relative luminance (WCAG). */
export function luminance(colour: readonly [number, number, number]): number {
  const [r, g, b] = colour.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white ink, whichever stands out more: on any colour one of them has 4.5 to 1. */
export function inkOn(colour: readonly [number, number, number]): string {
  return luminance(colour) > 0.179 ? '#000000' : '#ffffff';
}
