// What is wrong with a network's text: Python says it in English, sentence by sentence; here is the
// reader's language. `netErrors.json` has each sentence as a pattern, with $1 for what is filled in,
// and the words that are filled in. A sentence that is not known there is shown as it is.
import { NBSP } from '../lib/format.ts';
import { ui } from '../lib/ui.svelte.ts';
import known from './netErrors.json';

const RULES = Object.entries(known.sentences).map(([pattern, russian]) => [new RegExp(`^${pattern}$`), russian] as const);
const WORDS = Object.entries(known.words).map(([english, russian]) => [new RegExp(`\\b${english}\\b`, 'g'), russian] as const);
/** Where words are filled in: all else that is filled in is the reader's own. */
const FILLED = /^(Ожидается|Ветви|Ключу|У ключа|«.+ключи)/;

/** A message of the library, sentence by sentence. */
export function netError(text: string): string {
  if (ui.lang !== 'ru') return text && text.charAt(0).toUpperCase() + text.slice(1);
  const sentences = text.replace(/\.\s+|\?\s+(?=[A-Z'])/g, (gap) => `${gap.charAt(0)}\n`).split('\n');
  return sentences.map((sentence) => netSentence(sentence) ?? sentence).join(' ');
}

/** A sentence in Russian; null where it is not known here. */
export function netSentence(text: string): string | null {
  const rule = RULES.find(([pattern]) => pattern.test(text));
  if (!rule) return null;
  const said = text.replace(rule[0], rule[1]).replace(/(?<=\d),(?=\d{3}(?!\d))/g, NBSP);
  return FILLED.test(said) ? WORDS.reduce((words, [from, to]) => words.replace(from, to), said) : said;
}
