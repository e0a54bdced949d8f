// Presenting: large type and one thing at a time. The things are the sections that a screen has
// announced; a screen with none or one is shown whole. The type is as large as lets all of the thing
// be on the screen.
import { frame } from '../lib/frame.svelte.ts';
import { readUnit, ui } from '../lib/ui.svelte.ts';
import { remember, remembered } from './place.svelte.ts';

// How many times larger than usual. What does not fit as it usually is may be a little smaller; what
// does not fit even so has to scroll anyway.
const LEAST = 0.8;
const USUAL = 1.35;
const MOST = 2.4;
const TRIES = 5;

// A reload in the middle of a lesson shows the same thing again.
const KEPT = 'present';
const begun = typeof document === 'undefined' ? '' : remembered(KEPT);
export const present = $state({ on: begun !== '', at: Number(begun) || 0 });

export function setPresent(on: boolean): void {
  present.on = on;
  show(Math.max(0, frame.sections.findIndex((section) => section.id === frame.current)));
}

export function turn(by: number): void {
  const next = Math.max(0, Math.min(frame.sections.length - 1, present.at + by));
  if (next !== present.at) show(next);
}

/** Shows one thing, by its number. */
export function show(at: number): void {
  present.at = at;
  remember(KEPT, present.on ? String(at) : '');
  showOne();
  window.scrollTo(0, 0);
}

/** Hides all sections but one; none when nobody presents. */
export function showOne(): void {
  const at = Math.min(present.at, Math.max(0, frame.sections.length - 1));
  frame.sections.forEach(({ id }, i) =>
    document.getElementById(id)?.toggleAttribute('data-away', present.on && i !== at),
  );
  document.documentElement.toggleAttribute('data-present', present.on);
  void fit();
}

let latest = 0;
let scrolls = false; // what does not fit has to

/** Makes the type as large as the thing allows. */
export async function fit(): Promise<void> {
  const mine = ++latest;
  const root = document.documentElement;
  root.style.removeProperty('--unit');
  root.style.removeProperty('font-size');
  readUnit();
  const [unit, size] = [ui.unit, parseFloat(getComputedStyle(root).fontSize)];
  const set = (times: number) => {
    root.style.setProperty('--unit', String(unit * times));
    root.style.setProperty('font-size', `${size * times}px`);
    readUnit();
  };
  if (!present.on) {
    root.removeAttribute('data-fitting');
    return;
  }
  root.toggleAttribute('data-fitting', true);
  let [fits, over, drawn] = [0, MOST, 0];
  for (let i = 0; i <= TRIES && over - fits > 0.03; i++) {
    const times = fits ? (fits + over) / 2 : over > 1 ? 1 : LEAST;
    set(times);
    await painted();
    if (mine !== latest) return;
    // Words must not grow at the cost of what is drawn beside them.
    if (!isOver() && area() >= 0.97 * drawn) {
      if (!fits) drawn = area();
      fits = times;
    } else if (times === LEAST) break;
    else over = times;
  }
  scrolls = !fits;
  // What has to scroll down is not cut off at the side as well, if smaller type helps.
  for (const times of fits ? [fits] : [USUAL, 1, LEAST]) {
    set(times);
    await painted();
    if (mine !== latest) return;
    if (!isCut()) break;
  }
  root.removeAttribute('data-fitting');
}

/** To be called when something on the screen has become larger or smaller. */
export function refit(): void {
  const isFitting = document.documentElement.hasAttribute('data-fitting');
  if (present.on && !isFitting && !scrolls && isOver()) void fit();
}

// Drawings measure their room first, and are drawn then.
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** How much of the screen is drawn on. */
function area(): number {
  const drawings = [...document.querySelectorAll('main :is(svg, canvas, img)')].map((one) => one.getBoundingClientRect());
  return drawings.reduce((sum, { width, height }) => sum + width * height, 0);
}

/** Whether something is beyond the edge of the screen. */
const isOver = () => document.documentElement.scrollHeight > innerHeight + 1 || isCut();

/** Whether something is beyond its right edge. */
function isCut(): boolean {
  const regions = [document.documentElement, ...document.querySelectorAll('main .scroll')];
  return regions.some((one) => one.scrollWidth > one.clientWidth + 1);
}
