// What is wrong with a network's text: Python says it in English, sentence by sentence; here is the
// reader's language. A sentence that is not known here is shown as it is.
import { ui } from '../lib/ui.svelte.ts';

type Rule = readonly [RegExp, string];

const RULES: readonly Rule[] = [
  [/^There is no layer or definition '(.+)'\.$/, 'Нет ни слоя, ни определения «$1».'],
  [/^There is no net '(.+)'\.$/, 'Сети «$1» нет.'],
  [/^Did you mean: (.+)\?$/, 'Может быть: $1?'],
  [/^Known: (.+) \((\d+) in all\)\.$/, 'Есть: $1 (всего $2).'],
  [/^Or give a text, such as (.+)\.$/, 'Или напишите текст, например $1.'],
  [/^No net was named\.$/, 'Сеть не названа.'],
  [/^Give a name, such as (\S+), or a text, such as (\S+); .*$/, 'Напишите имя, например $1, или текст, например $2.'],
  [/^a (\S+) filter does not fit a (\S+) input: (.+ < 1)\.$/, 'Фильтр $1 не помещается на входе $2: $3.'],
  [/^a (\S+) window does not fit a (\S+) input: (.+ < 1)\.$/, 'Окно $1 не помещается на входе $2: $3.'],
  [/^Use (\S+) or smaller, or (\S+) or more\.$/, 'Возьмите $1 и меньше или $2 и больше.'],
  [/^Use (\S+) or smaller\.$/, 'Возьмите $1 и меньше.'],
  [/^The branches give (.+); to add they need the same shape\.$/, 'Ветви дают $1; чтобы их сложить, нужны одинаковые размеры и число карт.'],
  [/^The branches give (.+); to concatenate they need the same size\.$/, 'Ветви дают $1; чтобы их склеить, нужны одинаковые размеры.'],
  [/^Put (\S+) on the short branch, in place of id\.$/, 'Поставьте $1 на короткую ветвь вместо id.'],
  [/^Put (\S+) on the short branch\.$/, 'Поставьте $1 на короткую ветвь.'],
  [/^Put (\S+) on the long branch\.$/, 'Поставьте $1 на длинную ветвь.'],
  [/^Put (\S+) on the branch that begins with (\S+)\.$/, 'Поставьте $1 на ветвь, которая начинается с $2.'],
  [/^One is a picture, the other a flat row: put gap or flatten after the branches\.$/, 'Одна — картинка, другая — строка чисел: поставьте после ветвей gap или flatten.'],
  [/^(\S+) makes (\S+) into (\S+): give it (\S+), which keeps the size\.$/, '$1 делает из $2 размер $3: дайте ему $4, и размер сохранится.'],
  [/^(\S+) cannot keep the size: use an odd kernel\.$/, '$1 не может сохранить размер: возьмите нечётный фильтр.'],
  [/^'(.+)' cannot stand here\.$/, 'Здесь не может стоять «$1».'],
  [/^The text ends here\.$/, 'Здесь текст кончается.'],
  [/^Expected (.+)\.$/, 'Ожидается: $1.'],
  [/^(\w+) has no value: give it before the net, as in '(.+)', or to svertka net after it, (.+)\.$/, 'У имени $1 нет значения: дайте его ниже или в начале текста: $2.'],
  [/^How many classes\?$/, 'Сколько классов?'],
  [/^Add the line: classes 10, or give .*$/, 'Добавьте строку classes 10 или впишите число ниже.'],
  [/^The text is empty; the smallest net is (.+)\.$/, 'Текст пуст; самая маленькая сеть: $1.'],
  [/^(\w+) is defined by itself; use a repeat: (.+)\.$/, '$1 определено через само себя; для повтора пишите $2.'],
  [/^Definitions and brackets are nested more than (\d+) deep\.$/, 'Определения и скобки вложены глубже $1.'],
  [/^The net has more than ([\d,]+) steps\.$/, 'В сети больше $1 шагов.'],
  [/^(\S+) is not a whole number\.$/, '$1 — не целое число.'],
  [/^A stride is at least 1\.$/, 'Шаг — не меньше 1.'],
  [/^Kernel, stride and dilation are at least 1\.$/, 'Фильтр, шаг и расширение — не меньше 1.'],
  [/^(\w+) needs at least 1, not (\d+)\.$/, 'Слою $1 нужно не меньше 1, а не $2.'],
  [/^(\w+) takes one number here, not (.+)\.$/, 'Слою $1 здесь нужно одно число, а не $2.'],
  [/^The rate of drop is from 0 to below 1, not (.+)\.$/, 'Доля у drop — от 0 и меньше 1, а не $1.'],
  [/^(\w+) needs a picture, but a flat row of ([\d,]+) numbers reaches it\.$/, 'Слою $1 нужна картинка, а до него дошла строка чисел (их $2).'],
  [/^Put it before flatten, gap and fc\.$/, 'Поставьте его перед flatten, gap и fc.'],
  [/^Use a smaller window or one pool less; maxpool\? is left out where it does not fit\.$/, 'Возьмите окно поменьше или одним пулингом меньше; maxpool? пропускается там, где не помещается.'],
  [/^The text ends here too early\.$/, 'Текст обрывается слишком рано.'],
  [/^Repeated ([\d,]+) times this is more than ([\d,]+) steps\.$/, 'Если повторить это $1 раз, шагов будет больше $2.'],
  [/^up takes a factor from 1 to 16\.$/, 'Слою up нужен множитель от 1 до 16.'],
  [/^softmax is the head: it stands only at the end of the net\.$/, 'Слой softmax — голова сети: он стоит только в конце.'],
  [/^'(.+)' does not read as (\w+) with its keys: (.+)\.$/, '«$1» не читается как $2; его ключи: $3.'],
  [/^(\w+) takes no number\.$/, 'У слоя $1 нет числа.'],
  [/^(\w+\(.*\)) takes (\d+) numbers?, not (\d+)\.$/, 'Для $1 нужно чисел: $2, а дано $3.'],
  [/^(\d+) groups do not divide (\d+) input channels and (\d+) filters evenly\.$/, 'На группы ($1) не делятся поровну $2 входных каналов и $3 фильтров.'],
  [/^(\S+) gives (\d+) numbers; the input has (\d+) axes\.$/, 'В $1 чисел $2, а осей у входа $3.'],
  [/^A kernel of (\d+) leaves holes at stride (\d+): use (\S+) or larger\.$/, 'Фильтр $1 при шаге $2 оставляет дыры: возьмите $3 и больше.'],
  [/^The padding of a pool is at most half its window: (\S+) here\.$/, 'Паддинг пулинга — не больше половины окна: здесь $1.'],
  [/^t chooses the padding by itself: leave either p or t out\.$/, 'Ключ t сам выбирает паддинг: уберите p или t.'],
  [/^Every number of the input is at least 1\.$/, 'Каждое число входа — не меньше 1.'],
  [/^Say how many classes there are: classes 10\.$/, 'Скажите, сколько классов: classes 10.'],
  [/^'(.+)' is a word of the language: choose another name\.$/, '«$1» — слово языка: выберите другое имя.'],
  [/^'(.+)' is defined twice\.$/, '«$1» определено дважды.'],
  [/^(\d+) is too long a number: at most (\d+) digits\.$/, '$1 — слишком длинное число: не больше $2 цифр.'],
  [/^filters has no '(.+)'\.$/, 'У слоя filters нет «$1».'],
  [/^Known: (.+)\.$/, 'Есть: $1.'],
  [/^(\w+) takes no brackets: write its number right after it, as in (.+)\.$/, 'Слою $1 скобки не нужны: пишите число сразу за словом, например $2.'],
  [/^filters needs names in brackets: (.+)\.$/, 'Слою filters нужны имена в скобках: $1.'],
];

// Words within what is expected.
const WORDS: readonly Rule[] = [
  [/\ba layer\b/g, 'слой'],
  [/\ba closing bracket\b/g, 'закрывающая скобка'],
  [/\bk kernel\b/, 'k фильтр'],
  [/\bs stride\b/, 's шаг'],
  [/\bp padding\b/, 'p паддинг'],
  [/\bd dilation\b/, 'd расширение'],
  [/\bg groups\b/, 'g группы'],
  [/\bb a bias also where bn comes next\b/, 'b сдвиг и перед bn'],
  [/\bt TensorFlow's same padding\b/, 't паддинг, как в TensorFlow'],
  [/\ba new line\b/g, 'новая строка'],
  [/\bthe end\b/g, 'конец'],
  [/\ba number\b/g, 'число'],
  [/\ba name\b/g, 'имя'],
  [/\band\b/g, 'и'],
  [/\bor\b/g, 'или'],
];

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
  const said = text.replace(rule[0], rule[1]);
  return /^(Ожидается|Ветви|«.+ключи)/.test(said) ? WORDS.reduce((words, [from, to]) => words.replace(from, to), said) : said;
}
