// The filters at a click: those that the network language knows, and `identity`. Python's numbers
// (grammar/kernels.py); a test compares them.
import type { Plane } from './convolve.ts';

export const kernels = {
  identity: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  vertical: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  horizontal: [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
  diagonal: [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
  antidiagonal: [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
  laplace: [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
  blur: [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
  sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
} as const satisfies Record<string, Plane>;

export type KernelName = keyof typeof kernels;
export const kernelNames = Object.keys(kernels) as KernelName[];

export const isKernel = (name: string): name is KernelName => Object.hasOwn(kernels, name);

/** The filter in another size: cut, or with zeros around it. */
export function resized(plane: Plane, size: number): Plane {
  const shift = Math.floor(plane.length / 2) - Math.floor(size / 2);
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => plane[i + shift]?.[j + shift] ?? 0),
  );
}

/** Which known filter these numbers are. */
export function nameOf(plane: Plane): KernelName | null {
  return kernelNames.find((name) => same(kernels[name] as unknown as Plane, plane)) ?? null;
}

function same(a: Plane, b: Plane): boolean {
  return a.length === b.length && a.every((line, i) => line.length === b[i]?.length && line.every((v, j) => v === b[i]?.[j]));
}

/** Numbers as text: rows divided by `;` or new lines, numbers by commas or spaces. */
export function planeText(plane: Plane): string {
  return plane.map((line) => line.map((value) => Number(value.toPrecision(7))).join(',')).join(';');
}

/** Text as numbers; null where it is not a rectangle of numbers. */
export function readPlane(text: string, most = 64): Plane | null {
  const rows = text.trim().split(/[;\n]+/).map((row) => row.trim()).filter(Boolean);
  const plane = rows.map((row) => row.replace(/−/g, '-').split(/[,\s]+/).filter(Boolean).map(Number));
  const width = plane[0]?.length ?? 0;
  const good = width > 0 && plane.every((row) => row.length === width && row.every(Number.isFinite));
  return good && plane.length <= most && width <= most ? plane : null;
}
