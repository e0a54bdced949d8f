// Comparisons as the server tells them.
import type { ComparedEpoch, ComparedNet } from '../lib/payload.ts';
import type { RunState } from '../lib/training.ts';

export interface ComparisonLine {
  name: string;
  /** As a command names it. */
  folder: string;
  state: RunState;
  reason: string | null;
  created: string;
  command: string;
  source: string;
  nets: string[];
  seeds: number;
  epochs: number | null;
  budget: number | string | null;
  done: number;
  runs_in_all: number;
}

export interface ComparisonRun {
  place: number;
  net: string;
  seed: number;
  folder: string;
  state: RunState | null;
  reason: string | null;
  event: { event?: string; epoch?: number; epochs?: number; seconds_left?: number } | null;
  history: ComparedEpoch[];
}

export interface ComparisonProgress extends ComparisonLine {
  runs: ComparisonRun[];
}

export const apiOf = (name: string, what = '') => `/api/comparisons/${encodeURIComponent(name)}${what ? `/${what}` : ''}`;

/** The runs as the curves of a comparison want them. */
export function curvesOf(progress: ComparisonProgress): ComparedNet[] {
  return progress.nets.map(
    (net, place) =>
      ({
        net,
        net_name: null,
        runs: progress.runs
          .filter((run) => run.place === place)
          .map((run) => ({ seed: run.seed, folder: run.folder, history: run.history.filter((line) => line.epoch > 0) })),
      }) as unknown as ComparedNet,
  );
}
