// How far the reader is in the course; kept on the reader's machine, where storage is allowed.
const KEY = 'svertka.course';

export interface Progress {
  done: string[];
  /** The lesson that was open last. */
  last: string;
  /** The part of a lesson that was read last. */
  part: Record<string, number>;
}

function read(): Progress {
  const none: Progress = { done: [], last: '', part: {} };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Progress>;
    return {
      done: Array.isArray(kept.done) ? kept.done.filter((one) => typeof one === 'string') : [],
      last: typeof kept.last === 'string' ? kept.last : '',
      part: kept.part && typeof kept.part === 'object' ? kept.part : {},
    };
  } catch {
    return none;
  }
}

export const progress = $state<Progress>(read());

function keep(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // A sandboxed frame or a strict browser: it lasts as long as the page.
  }
}

export function markDone(name: string, done: boolean): void {
  progress.done = progress.done.filter((one) => one !== name);
  if (done) progress.done = [...progress.done, name];
  keep();
}

export function readUpTo(name: string, part: number): void {
  progress.last = name;
  progress.part = { ...progress.part, [name]: part };
  keep();
}
