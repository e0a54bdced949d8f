// Arrow keys in a grid of buttons: only the chosen one is a stop of the Tab key.

/** Goes from the button that has the focus to the one beside, above or below it, and presses it. */
export function walked(event: KeyboardEvent, grid: HTMLElement | undefined): void {
  const tiles = [...(grid?.querySelectorAll('button') ?? [])];
  const at = tiles.indexOf(event.target as HTMLButtonElement);
  const across = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
  const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
  const next = move === undefined || at < 0 ? undefined : tiles[at + move];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
