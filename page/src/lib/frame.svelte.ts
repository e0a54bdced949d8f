// The sections that a view has put on the page, for the navigation at the top.
import { untrack } from 'svelte';

export interface SectionLink {
  id: string;
  title: () => string;
}

export const frame = $state<{ sections: SectionLink[]; current: string }>({
  sections: [],
  current: '',
});

/** To be called while a section lives; gives back how to take it away. */
export function announce(link: SectionLink): () => void {
  frame.sections = [...untrack(() => frame.sections), link];
  return () => {
    frame.sections = frame.sections.filter((s) => s.id !== link.id);
  };
}

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Scrolls by hand: in a notebook's frame an address with # would load the notebook instead. */
export function goTo(event: MouseEvent, id: string): void {
  const target = document.getElementById(id);
  if (!target) return;
  event.preventDefault();
  target.scrollIntoView({ behavior: calm() ? 'auto' : 'smooth', block: 'start' });
  target.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
}
