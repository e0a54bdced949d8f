// Whether the server answers. Once it does not, it is asked again and again until it does.
export const connection = $state({ lost: false, back: false });

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
  setTimeout(() => (connection.back = false), 4000);
}

/** To be called when a request met nobody. */
export function lose(): void {
  connection.lost = true;
  timer ??= setInterval(() => void look(), EVERY);
}
