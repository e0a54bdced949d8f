// Remarks that the library writes in English, in the reader's language. One that is not known here
// is shown as it is: a remark in English is better than none.
import { ui } from '../lib/ui.svelte.ts';

type Rule = readonly [RegExp, string];

const LAYERS: readonly Rule[] = [
  [/^the net returns logits; probabilities are made of them when predicting$/, 'сеть отдаёт логиты; вероятности получаются из них при предсказании'],
  [/^(.*), floored$/s, '$1, округлено вниз'],
];

const PARTS: readonly Rule[] = [
  [/\btrain\b/g, 'обучении'],
  [/\bval\b/g, 'валидации'],
  [/\btest\b/g, 'тесте'],
  [/ and /g, ' и '],
];

const PROBLEMS: readonly Rule[] = [
  [/^empty file \(0 bytes\)$/, 'пустой файл (0 байт)'],
  [/^a link that leads nowhere$/, 'ссылка в никуда'],
  [/^a link to a folder that holds it: not followed$/, 'ссылка на папку, в которой она лежит: пропущена'],
  [/^a pipe, not a file$/, 'именованный канал, а не файл'],
  [/^a socket, not a file$/, 'сокет, а не файл'],
  [/^a folder, not a file$/, 'папка, а не файл'],
  [/^a device, not a file$/, 'устройство, а не файл'],
  [/^folders nested too deeply$/, 'папки вложены слишком глубоко'],
  [/^a class without a picture$/, 'класс без единой картинки'],
  [/^beside train, val and test: left out$/, 'лежит рядом с train, val и test: пропущено'],
  [/^holds (\S+) pictures: the first is used$/, 'картинок внутри: $1; взята первая'],
  [/^resized from (\S+) to (\S+)$/, 'размер изменён с $1 на $2'],
  [/^colour turned to grey$/, 'цвет переведён в оттенки серого'],
  [/^identical to (.+) of (train|val|test): its score shows memory, not skill$/s, 'то же, что $1 ($2): оценка на ней покажет память, а не умение'],
  [/^filed under (.+), but (.+) is identical and under (.+)$/s, 'лежит в классе $1, но такая же картинка $2 — в классе $3'],
  [/^class (.+) has (\d+) pictures? in all: (.+) has none of it$/s, 'в классе $1 всего картинок: $2; его нет в $3'],
  [/^([\d,]+) more notes on identical pictures$/, 'ещё замечаний об одинаковых картинках: $1'],
  [/^([\d,]+) pictures? (?:is|are) less than half of (\S+) and enlarged to it; this is the first$/, 'картинок меньше половины размера $2: $1, они увеличены; эта — первая'],
  [/^([\d,]+) pictures? (?:is|are) in colour and turned to grey, as the training pictures are; this is the first$/, 'цветных картинок: $1, они переведены в оттенки серого, как обучающие; эта — первая'],
  [/^([\d,]+) pictures? (?:is|are) not (\S+), as the training pictures are, and resized; this is the first$/, 'картинок не размера $2, как обучающие: $1, размер изменён; эта — первая'],
  [/^([\d,]+) files? (?:is|are) not a picture by name and left out: (.+)$/s, 'файлов, которые по имени не картинки: $1, они пропущены ($2)'],
  [/^([\d,]+) pictures? lies? outside the class folders and cannot be labelled$/, 'картинок вне папок классов: $1, их класс неизвестен'],
  [/^values from (\S+) to (\S+) were scaled to 0\.\.255$/, 'значения от $1 до $2 приведены к 0…255'],
];

function translated(rules: readonly Rule[], text: string): string {
  if (ui.lang !== 'ru') return text;
  const rule = rules.find(([pattern]) => pattern.test(text));
  if (!rule) return text;
  const russian = text.replace(rule[0], rule[1]);
  if (!russian.includes('; его нет в ')) return russian;
  const [head = '', tail = ''] = russian.split('; его нет в ');
  return `${head}; его нет в ${PARTS.reduce((words, [from, to]) => words.replace(from, to), tail)}`;
}

export const layerNote = (text: string): string => translated(LAYERS, text);
export const problemReason = (text: string): string => translated(PROBLEMS, text);
