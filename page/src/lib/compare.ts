// What the figures of a comparison share.
import { percent } from './format.ts';
import type { ComparedFigure, ComparedNet } from './payload.ts';
import { ticks } from './scale.ts';

/** The names of the figures that are compared. */
export const FIGURE_NAMES = { accuracy: 'compareAccuracy', map: 'compareMap', f1_macro: 'compareF1' } as const;

/** The figures of classes, or of labels; the first is the one that tells which net is best. */
export const compared = (labels: boolean) => [labels ? 'map' : 'accuracy', 'f1_macro'] as const;

/** The figures that these nets are compared by. */
export function comparedIn(nets: ComparedNet[]): readonly [ComparedFigure, ComparedFigure] {
  const histories = nets.flatMap((net) => net.runs ?? []).flatMap((run) => run.history ?? []);
  return compared(histories.some((line) => typeof line.val_map === 'number'));
}

const COLOURS = 8;

/** The colour of a net, by its place in the comparison; after eight they come again. */
export const colour = (place: number) => `var(--net-${place % COLOURS})`;

/** Nets beyond the eighth have broken lines. */
export const dash = (place: number) => (place < COLOURS ? undefined : `${7 - Math.floor(place / COLOURS)} 4`);

/** A net's name on one line; of a long one both ends, for texts often begin alike. */
export function netName(net: ComparedNet | undefined, most = 40): string {
  const signs = [...(net?.net ?? '').replace(/\s+/g, ' ').trim()];
  if (signs.length <= most) return signs.join('');
  const tail = Math.floor(most / 3);
  return `${signs.slice(0, most - tail - 1).join('')}…${signs.slice(-tail).join('')}`;
}

// An axis on which each halving of the mistakes is as long as any other.
const SHARES = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];

/** The place of a share on that axis; `least` mistakes are the end of what can be told. */
export const stretched = (share: number, least: number) => -Math.log2(Math.max(least, 1 - share));

/** Shares to mark between two of them, with their names; evenly where they are close together. */
export function shareMarks(low: number, high: number): { share: number; name: string }[] {
  const known = SHARES.filter((share) => share >= low - 1e-9 && share <= high + 1e-9);
  const inside = known.length > 2 ? known : ticks(low, high, 4).filter((share) => share <= 1);
  const digits = (share: number) => [0, 1, 2].find((d) => Math.abs(100 * share * 10 ** d - Math.round(100 * share * 10 ** d)) < 1e-6) ?? 2;
  return inside.map((share) => ({ share, name: percent(share, digits(share)) }));
}

/** Powers of ten between two numbers, with 2 and 5 between them where they are few. */
export function logMarks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const steps = last - first > 2 ? [1] : [1, 2, 5];
  const marks = Array.from({ length: last - first + 1 }, (_, i) => steps.map((s) => s * 10 ** (first + i)));
  return marks.flat().filter((mark) => mark >= low * 0.999 && mark <= high * 1.001);
}

/** Where a run's own report lies; nowhere in a notebook, whose page has no folder. */
export function reportOf(folder: string, protocol: string): string | null {
  if (!/^(file|https?):$/.test(protocol) || !/^[^/\\]+$/.test(folder) || /^\.+$/.test(folder)) return null;
  return `./${encodeURIComponent(folder)}/report.html`;
}
