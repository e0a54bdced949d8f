// Whether the server answers. Once it does not, it is asked again and again until it does.
// `returns` counts how often it came back: what depends on it asks again by itself.
export const connection = $state({ lost: false, back: false, returns: 0 });

const EVERY = 2000;
let timer: ReturnType<typeof setInterval> | undefined;

async function look(): Promise<void> {
  try {
    await fetch('/api/state');
  } catch {
    return;
  }
  clearInterval(timer);
  timer = undefined;
  connection.lost = false;
  connection.back = true;
  connection.returns++;
  setTimeout(() => (connection.back = false), 4000);
}

/** To be called when a request met nobody. */
export function lose(): void {
  connection.lost = true;
  timer ??= setInterval(() => void look(), EVERY);
}
