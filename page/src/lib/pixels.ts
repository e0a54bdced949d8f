// Pictures as numbers: what a browser can read becomes (channels, rows, columns) of 0..255.
import type { Volume } from './convolve.ts';

export interface Pixels {
  /** One channel, or red, green and blue; row by row. */
  planes: Uint8Array[];
  size: [number, number];
  /** The size before it was made smaller. */
  was: [number, number];
}

/** Reads a picture, no larger than `most` on a side. Throws where the browser cannot. */
export async function readPicture(source: Blob | string, most: number): Promise<Pixels> {
  const image = new Image();
  const address = typeof source === 'string' ? source : URL.createObjectURL(source);
  try {
    image.src = address;
    await image.decode();
    return fromImage(image, most);
  } finally {
    if (typeof source !== 'string') URL.revokeObjectURL(address);
  }
}

function fromImage(image: HTMLImageElement, most: number): Pixels {
  const was: [number, number] = [image.naturalHeight, image.naturalWidth];
  const scale = Math.min(1, most / Math.max(...was));
  const size = was.map((n) => Math.max(1, Math.round(n * scale))) as [number, number];
  const canvas = document.createElement('canvas');
  [canvas.height, canvas.width] = size;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  // What is transparent lies on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size[1], size[0]);
  context.drawImage(image, 0, 0, size[1], size[0]);
  const { data } = context.getImageData(0, 0, size[1], size[0]);
  const all = [0, 1, 2].map((c) => Uint8Array.from({ length: size[0] * size[1] }, (_, i) => data[4 * i + c] ?? 0));
  const grey = all[0]!.every((value, i) => value === all[1]![i] && value === all[2]![i]);
  return { planes: grey ? [all[0]!] : all, size, was };
}

/** Brightness as television has it (ITU-R 601), as Pillow's "L" and the loader of data. */
export function toGrey({ planes, size, was }: Pixels): Pixels {
  const [r, g, b] = planes;
  if (!r || !g || !b) return { planes, size, was };
  return { planes: [r.map((red, i) => Math.round(0.299 * red + 0.587 * (g[i] ?? 0) + 0.114 * (b[i] ?? 0)))], size, was };
}

export function toVolume({ planes, size: [high, wide] }: Pixels): Volume {
  return planes.map((plane) => Array.from({ length: high }, (_, y) => Array.from(plane.subarray(y * wide, (y + 1) * wide))));
}

const KEPT = 'svertka.picture.';

/** Keeps a picture over a reload, as long as the tab is open. */
export function keepPixels(name: string, { planes, size, was }: Pixels): void {
  try {
    const texts = planes.map((plane) => btoa(Array.from(plane, (value) => String.fromCharCode(value)).join('')));
    sessionStorage.setItem(KEPT + name, JSON.stringify({ texts, size, was }));
  } catch {
    // It is not kept.
  }
}

export function keptPixels(name: string): Pixels | null {
  try {
    const { texts, size, was } = JSON.parse(sessionStorage.getItem(KEPT + name) ?? '') as { texts: string[]; size: [number, number]; was: [number, number] };
    return { planes: texts.map((text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))), size, was };
  } catch {
    return null;
  }
}
