// Presenting: large type and one thing at a time. The things are the sections that a screen has
// announced; a screen with none or one is shown whole.
import { frame } from '../lib/frame.svelte.ts';
import { readUnit } from '../lib/ui.svelte.ts';

export const present = $state({ on: false, at: 0 });

export function setPresent(on: boolean): void {
  present.on = on;
  present.at = Math.max(0, frame.sections.findIndex((section) => section.id === frame.current));
  document.documentElement.toggleAttribute('data-present', on);
  readUnit();
  showOne();
  window.scrollTo(0, 0);
}

export function turn(by: number): void {
  present.at = Math.max(0, Math.min(frame.sections.length - 1, present.at + by));
  showOne();
  window.scrollTo(0, 0);
}

/** Hides all sections but one; none when nobody presents. */
export function showOne(): void {
  const at = Math.min(present.at, Math.max(0, frame.sections.length - 1));
  frame.sections.forEach(({ id }, i) =>
    document.getElementById(id)?.toggleAttribute('data-away', present.on && i !== at),
  );
}
