// A network's text while it is written: asked of the server shortly after each change.
import type { NetPlan } from '../lib/payload.ts';
import { ask, Trouble } from './api.ts';
import { connection } from './connection.svelte.ts';

export interface Wrong {
  /** What is wrong, and, where it is known, which signs of the text. */
  error: string;
  start: number | null;
  end: number;
  line: number;
  column: number;
}

export interface Question {
  text: string;
  input: number[] | null;
  classes: number | null;
  values: Record<string, number>;
  strict: boolean;
}

const SOON = 60;

/** What the server says about `question()`; the last good plan stays while a text is wrong. */
export class Planned {
  plan = $state.raw<NetPlan | null>(null);
  /** The question that this plan answers. */
  right = $state.raw<Question | null>(null);
  wrong = $state.raw<Wrong | null>(null);

  constructor(question: () => Question | null) {
    $effect(() => {
      const asked = question();
      void connection.returns;
      if (!asked) return;
      const stop = new AbortController();
      const timer = setTimeout(() => void this.#ask(asked, stop.signal), SOON);
      return () => {
        clearTimeout(timer);
        stop.abort();
      };
    });
  }

  async #ask(body: Question, signal: AbortSignal): Promise<void> {
    try {
      this.plan = await ask<NetPlan>('/api/net', { body, signal });
      this.right = body;
      this.wrong = null;
    } catch (error) {
      if (signal.aborted || !(error instanceof Trouble)) return;
      const told = error.details as Partial<Wrong>;
      // Offsets belong to the text as it was sent; free names change it.
      const whole = (error.details.text as string | undefined) === body.text;
      this.wrong =
        error.status === 0
          ? null
          : {
              error: error.message,
              start: whole ? (told.start ?? null) : null,
              end: told.end ?? 0,
              line: told.line ?? 1,
              column: told.column ?? 1,
            };
    }
  }
}
