// Why a training has ended, why data cannot be used: Python says it in English, sentence by
// sentence; here is the reader's language. A sentence that is not known here is shown as it is.
import { ui } from '../lib/ui.svelte.ts';
import { netError } from './netErrors.ts';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/^The loss is no longer a number at step ([\d,]+): the steps are too large for this net\./, 'На шаге $1 потери перестали быть числом: шаги слишком велики для этой сети.'],
  [/Lower the recipe's learning_rate \(a tenth is a good try\), add bn after the convolutions, or set precision to fp32\./, 'Уменьшите скорость обучения (для начала вдесятеро), поставьте bn после свёрток или возьмите точность fp32.'],
  [/^The memory is not enough for this net and these pictures\./, 'Для этой сети и этих картинок не хватило памяти.'],
  [/A smaller net or smaller batches \(--set batch=32\) need less\./, 'Меньшей сети или меньшему батчу её нужно меньше.'],
  [/^The process was ended by the system, signal 9: most often because the memory was not enough\./, 'Процесс завершила система (сигнал 9): чаще всего не хватило памяти.'],
  [/^The process was ended by the system, signal 11: it crashed\./, 'Процесс завершила система (сигнал 11): в нём случился сбой.'],
  [/^The process was ended by the system, signal (\d+): by someone else\./, 'Процесс завершили извне (сигнал $1).'],
  [/^this network does not work:/, 'эта сеть не работает:'],
  [/^(.+) has only the class '(.+)' to train on\. To tell pictures apart, at least two classes are needed: one folder \(or label\) for each\./, '$1: для обучения есть только класс «$2». Чтобы различать картинки, нужны хотя бы два класса, по папке (или метке) на каждый.'],
  [/^The net ends in (\S+) numbers, but the data has (\d+) classes\. End the text in fc\{classes\}\./, 'На выходе сети чисел: $1, а классов в данных: $2. Закончите текст на fc{classes}.'],
  [/^(\d+) trainings run already\. Pause one, or wait\. Try again in a moment\./, 'Уже идёт обучений: $1. Приостановите одно или подождите.'],
  [/^No net was named\. Give names of the catalogue or texts of networks\./, 'Сети не названы. Дайте имена из каталога или тексты.'],
  [/^The net (.+) is named more than once\. Leave one of them out\./, 'Сеть $1 названа дважды. Уберите одну.'],
  [/^Too much is computed at once\. Try again in a moment\./, 'Слишком много вычислений сразу. Попробуйте через минуту.'],
];

/** A message of the library in the reader's language. */
export function workError(text: string): string {
  if (ui.lang !== 'ru') return text;
  return text.split('\n').map(inRussian).join('\n');
}

function inRussian(line: string): string {
  const known = RULES.reduce((found, [rule, words]) => found.replace(rule, words), line);
  return known === line ? netError(line) : known;
}
