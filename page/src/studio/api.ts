// Asking the server: JSON in, JSON out, and errors that can be shown to a reader.
import { lose } from './connection.svelte.ts';

/** What went wrong: `status` 0 means that the server did not answer at all. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What else the server said: the place in a text, a remedy. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON; a Blob or FormData as it is. */
  body?: unknown;
  signal?: AbortSignal;
}

async function answer(path: string, { method, body, signal }: Ask): Promise<Response> {
  const plain = body instanceof Blob || body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      ...(body === undefined ? {} : { body: plain ? body : JSON.stringify(body) }),
      // A refusal is an answer: the browser need not write it into its console as an error.
      headers: { 'x-quiet': '1', ...(body === undefined || plain ? {} : { 'content-type': 'application/json' }) },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    lose();
    throw new Trouble(0, '');
  }
  const status = Number(response.headers.get('x-status') ?? response.status);
  if (response.ok && status < 400) return response;
  const said = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  throw new Trouble(status, typeof said.error === 'string' ? said.error : '', said);
}

/** The JSON that the server gives for `path`. Throws `Trouble`. */
export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  return (await (await answer(path, how)).json()) as T;
}

/** The bytes that the server gives for `path`. Throws `Trouble`. */
export async function askBytes(path: string, how: Ask = {}): Promise<ArrayBuffer> {
  return (await answer(path, how)).arrayBuffer();
}

/** A web socket to this server. */
export function live(path: string): WebSocket {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return new WebSocket(url);
}
