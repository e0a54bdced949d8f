// A training as it is told: first everything so far, then event by event.
import type { ComparedNet, Epoch, Metric } from './payload.ts';

export type RunState = 'training' | 'paused' | 'finished' | 'failed' | 'unfinished';

/** A run as the list of runs has it. */
export interface RunLine {
  name: string;
  state: RunState;
  /** What is not known of a run that has just begun, or is damaged, is missing. */
  net?: string;
  data?: string;
  created?: string;
  command?: string;
  source?: string;
  /** Its folder, as a command names it. */
  folder?: string;
  epoch?: number;
  /** Channels, height and width of its pictures, once it has ended. */
  size?: number[];
  metric?: string;
  best?: Epoch | null;
  scores?: { part: string; n: number; metrics: Record<string, Metric> } | null;
  event: (Partial<Step> & { event?: string }) | null;
  /** Why it failed; why its files cannot be read. */
  error: string | null;
  problem?: string | null;
}

/** What a run has reached: on the pictures kept from it, before its end on validation. */
export const reached = (run: RunLine): number | null =>
  run.scores?.metrics.accuracy?.value ?? run.best?.val_accuracy ?? null;

export interface Step {
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  train_loss: number;
  images_per_second: number;
  seconds_left: number;
}

export interface Told {
  event: string;
  [key: string]: unknown;
}

/** What is known of a training; `plan` is how long it will be. */
export interface Training {
  state: RunState | null;
  reason: string;
  steps: Step[];
  history: Epoch[];
  plan: { steps: number; epochs: number } | null;
  /** The step told last: a run that goes on after a kill begins a little before its last epoch. */
  at: number;
  best: number | null;
  /** The run as the list has it. */
  line: RunLine | null;
  /** There is no such run. */
  gone: boolean;
}

export const nothing = (): Training => ({
  state: null,
  reason: '',
  steps: [],
  history: [],
  plan: null,
  at: 0,
  best: null,
  line: null,
  gone: false,
});

/** More steps than a curve can show are thinned: every second of them goes. */
export const MOST_STEPS = 2000;

/** The training after one more event; what is not known changes nothing. */
export function after(known: Training, told: Told): Training {
  switch (told.event) {
    case 'step':
      return { ...known, steps: thinned(withStep(known.steps, told as unknown as Step)), at: Number(told.step) };
    case 'epoch': {
      const line = told as unknown as Epoch & { best?: boolean };
      const history = [...known.history.filter((e) => e.epoch !== line.epoch), line];
      history.sort((a, b) => a.epoch - b.epoch);
      return { ...known, history, best: line.best ? line.epoch : known.best, at: line.step };
    }
    case 'planned':
      return { ...known, plan: { steps: Number(told.steps), epochs: Number(told.epochs) } };
    case 'state': {
      const line = told as unknown as RunLine;
      return { ...known, state: line.state, reason: line.error ?? '', line };
    }
    case 'gone':
      return { ...known, gone: true };
    default:
      return known;
  }
}

/** A training that goes on after a stop repeats steps: the later telling counts. */
function withStep(steps: Step[], next: Step): Step[] {
  let end = steps.length;
  while (end > 0 && (steps[end - 1]?.step ?? 0) >= next.step) end--;
  return [...steps.slice(0, end), next];
}

function thinned(steps: Step[]): Step[] {
  return steps.length <= MOST_STEPS ? steps : steps.filter((_, i) => i % 2 === 1 || i === steps.length - 1);
}

/** How much is done, 0..1; null where nobody knows how long it will be. */
export function share(known: Training): number | null {
  const steps = known.steps.at(-1)?.steps ?? known.plan?.steps ?? 0;
  if (known.state === 'finished') return 1;
  return steps > 0 ? Math.min(1, known.at / steps) : null;
}

/** Runs as the parts that draw a comparison want them: one net each, told apart by its name. */
export function asCompared(runs: { name: string; history: Epoch[] }[]): ComparedNet[] {
  return runs.map(
    ({ name, history }) =>
      ({
        net: name,
        net_name: null,
        runs: [
          {
            seed: 0,
            folder: name,
            reason: null,
            history: history
              .filter((line) => line.epoch > 0)
              .map((line) => ({
                epoch: line.epoch,
                seconds: line.seconds ?? 0,
                val_accuracy: line.val_accuracy,
                val_f1_macro: line.val_f1_macro ?? null,
              })),
          },
        ],
      }) as unknown as ComparedNet,
  );
}

/** The command line that trains the same; `length` are its words for how long. */
export function commandOf(wish: { data: string; net: string; weights: string; length: string[]; seed: number }): string {
  const words = ['svertka', 'train', wish.data];
  if (wish.net) words.push('--net', wish.net);
  if (wish.weights) words.push('--weights', wish.weights);
  words.push(...wish.length);
  if (wish.seed) words.push('--seed', String(wish.seed));
  return words.map(quoted).join(' ');
}

/** A word as a shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
