// Why a training has ended, why data cannot be used: Python says it in English; here is the
// reader's language. `workErrors.json` has each message as its source writes it, {} for what is
// filled in; what is filled in may be a message of its own: a reason, a remedy.
import { ui } from '../lib/ui.svelte.ts';
import { netSentence } from './netErrors.ts';
import { problemReason } from './notes.ts';
import messages from './workErrors.json';

export interface Told {
  text: string;
  /** Whether all of it is in the reader's language. */
  known: boolean;
}

const HOLE = '{}';
const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A message as a pattern: what is filled in ends with the sentence, unless it is sentences itself. */
function patternOf(message: string): RegExp {
  const [first = '', ...rest] = message.split(HOLE);
  let [pattern, before] = [literally(first), first];
  for (const part of rest) {
    pattern += (/[.:]\s?$/.test(before) ? '(.*?)' : "((?:(?!\\. [A-Z'`]).)*?)") + literally(part);
    before = part;
  }
  return new RegExp(`^${pattern}$`, 's');
}

// The one that says most comes first: "{} cannot be read: {}." would fit many.
const RULES = Object.entries(messages)
  .sort(([a], [b]) => b.replaceAll(HOLE, '').length - a.replaceAll(HOLE, '').length)
  .map(([english, russian]) => [patternOf(english), russian] as const);

/** A message of the library in the reader's language. */
export function workError(message: string): Told {
  if (ui.lang !== 'ru') return { text: message, known: true };
  const lines = message.split('\n');
  // Above a caret stands a text of the reader's own.
  const caret = lines.findIndex((line) => /^\s*\^+$/.test(line));
  let known = true;
  const text = lines.map((line, i) => {
    if (i <= caret || !line.trim()) return line;
    const [, file, reason] = /^ {2}(\S.*?): (.+)$/.exec(line) ?? [];
    if (file && reason) return `  ${file}: ${problemReason(reason)}`;
    const found = bySentence(line);
    if (found === null) known = false;
    return found ?? line;
  });
  return { text: text.join('\n'), known };
}

function whole(text: string): string | null {
  for (const [pattern, russian] of RULES) {
    const match = pattern.exec(text);
    if (match) return russian.replace(/\{(\d)\}/g, (_, place) => filled(match[Number(place) + 1] ?? ''));
  }
  return null;
}

function filled(text: string): string {
  return whole(text) ?? problemReason(text);
}

/** Sentence by sentence; several may be one message. */
function bySentence(text: string): string | null {
  const sentences = text.split(/(?<=[.?:])\s+(?=[A-Z'`])/);
  const said: string[] = [];
  for (let from = 0; from < sentences.length; ) {
    let to = sentences.length;
    let found: string | null = null;
    for (; found === null && to > from; to--)
      found = (to - from === 1 ? netSentence(sentences[from] ?? '') : null) ?? whole(sentences.slice(from, to).join(' '));
    if (found === null) return null;
    said.push(found);
    from = to + 1;
  }
  return said.join(' ');
}
