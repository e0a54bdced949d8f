// The names of the catalogue, asked for once.
import { ask } from './api.ts';

let names: Promise<string[]> | null = null;

/** The networks of the catalogue by name. Throws `Trouble`. */
export function catalogueNames(): Promise<string[]> {
  names ??= ask<unknown>('/api/nets').then(read);
  names.catch(() => (names = null));
  return names;
}

function read(found: unknown): string[] {
  const whole = Array.isArray(found) ? found : ((found as { nets?: unknown }).nets ?? found);
  if (!Array.isArray(whole)) return Object.keys(whole as object);
  return whole.map((one) => (typeof one === 'string' ? one : String((one as { name: unknown }).name)));
}
