// A run followed live: everything so far, then event by event; a lost line is taken up again.
import { after, nothing, type Told, type Training } from '../lib/training.ts';
import { live } from './api.ts';

const AGAIN = 1500;

export interface Followed {
  training: Training;
  /** Whether the server answers. */
  there: boolean;
}

/** Follows a run until `stop` is called; `seen` is reactive. */
export function followRun(name: string): { seen: Followed; stop: () => void } {
  const seen = $state<Followed>({ training: nothing(), there: true });
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  function open() {
    socket = live(`/api/runs/${encodeURIComponent(name)}/live`);
    let fresh = true;
    socket.onmessage = (message) => {
      const told = JSON.parse(String(message.data)) as Told;
      seen.there = true;
      // The first message of a line begins everything so far anew; steps are told only once.
      seen.training = after(fresh ? { ...nothing(), steps: seen.training.steps } : seen.training, told);
      fresh = false;
    };
    socket.onclose = (event) => {
      if (ended || seen.training.gone) return;
      seen.there = event.code === 1000;
      timer = setTimeout(open, AGAIN);
    };
  }
  open();
  return {
    seen,
    stop() {
      ended = true;
      clearTimeout(timer);
      socket?.close(1000);
    },
  };
}
