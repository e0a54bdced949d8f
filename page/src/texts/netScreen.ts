// The studio's screen where networks are written.
import { integer } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const netScreen = {
  title: { en: 'A line of text is a network', ru: 'Строка текста — это сеть' },
  lead: {
    en: 'Write layers one after another. Sizes, cost and diagram follow as you type.',
    ru: 'Пишите слои один за другим. Размеры, цена и схема меняются сразу.',
  },
  text: { en: 'Text of the network', ru: 'Текст сети' },
  firstText: { en: 'First text', ru: 'Первый текст' },
  secondText: { en: 'Second text', ru: 'Второй текст' },
  first: { en: 'First', ru: 'Первая' },
  second: { en: 'Second', ru: 'Вторая' },
  times: { en: 'Second to first', ru: 'Вторая к первой' },
  input: { en: 'Picture', ru: 'Картинка' },
  inputHint: { en: 'channels × height × width, such as 3x32x32', ru: 'каналы × высота × ширина, например 3x32x32' },
  badInput: { en: 'Write it as 1x28x28.', ru: 'Напишите так: 1x28x28.' },
  classes: { en: 'Classes', ru: 'Классы' },
  asStated: { en: 'as in the text', ru: 'как в тексте' },
  strict: { en: 'Strides must divide evenly', ru: 'Шаг должен укладываться ровно' },
  catalogue: { en: 'Catalogue', ru: 'Каталог' },
  find: { en: 'Find a network', ru: 'Найти сеть' },
  noNet: { en: 'No network has such a name.', ru: 'Сети с таким именем нет.' },
  year: { en: 'Year', ru: 'Год' },
  compare: { en: 'Compare with another', ru: 'Сравнить с другой' },
  endCompare: { en: 'Leave the second out', ru: 'Убрать вторую' },
  sideBySide: { en: 'Side by side', ru: 'Рядом' },
  layers: { en: 'Layers', ru: 'Слоёв' },
  output: { en: 'Output', ru: 'Выход' },
  diagram: { en: 'Diagram', ru: 'Схема' },
  table: { en: 'Layers', ru: 'Слои' },
  source: { en: 'Take it along', ru: 'Взять с собой' },
  sourceLead: { en: 'The same network as plain source: it runs without svertka.', ru: 'Та же сеть обычным кодом: он работает и без svertka.' },
  where: {
    en: (line: number, column: number) => `Line ${integer(line)}, sign ${integer(column)}`,
    ru: (line: number, column: number) => `Строка ${integer(line)}, знак ${integer(column)}`,
  },
  free: { en: 'Free names', ru: 'Свободные имена' },
  trainIt: { en: 'Train this network', ru: 'Обучить эту сеть' },
  stale: { en: 'What follows is of the last text that was right.', ru: 'Ниже — по последнему верному тексту.' },
  command: { en: 'On the command line', ru: 'В командной строке' },
} as const satisfies Dictionary;

export const n = teller(netScreen);
