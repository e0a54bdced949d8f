// Cells shown one after another: play, pause, a step forth or back.
const WHOLE = 20_000; // milliseconds for a large map, about
const FEW = 40;

export class Player {
  /** How many cells are known; null: all, nobody plays. */
  known = $state<number | null>(null);
  playing = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  #all: () => number;
  #show: (cell: number) => void;

  /** `all()` cells in sum; `show` is told the number of the one that has just become known. */
  constructor(all: () => number, show: (cell: number) => void) {
    this.#all = all;
    this.#show = show;
  }

  pause(): void {
    clearInterval(this.#timer);
    this.playing = false;
  }

  play(): void {
    if (this.playing) return this.pause();
    this.playing = true;
    const all = this.#all();
    if (this.known === null || this.known >= all) this.upTo(1);
    // Half a second a cell for a small map; several at a time for a large one.
    const delay = Math.max(33, Math.min(500, WHOLE / all));
    const jump = all > FEW ? Math.max(1, Math.round((all * delay) / WHOLE)) : 1;
    this.#timer = setInterval(() => {
      if (this.known === null || this.known >= this.#all()) this.pause();
      else this.upTo(this.known + jump);
    }, delay);
  }

  upTo(count: number): void {
    this.known = Math.max(1, Math.min(this.#all(), count));
    this.#show(this.known - 1);
  }

  whole(): void {
    this.pause();
    this.known = null;
  }
}
