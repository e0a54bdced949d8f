// The studio's screens that look into networks: drawing, and one picture or all of them.
import { integer, fixed } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const looking = {
  // -- drawing -------------------------------------------------------------------------------------
  drawTitle: { en: 'Draw, and watch the network look', ru: 'Рисуйте и смотрите, что видит сеть' },
  drawLead: {
    en: 'Draw with mouse, pen or finger. The maps of every layer and the answer follow the stroke.',
    ru: 'Рисуйте мышью, пером или пальцем. Карты каждого слоя и ответ следуют за рукой.',
  },
  wipe: { en: 'Wipe', ru: 'Стереть' },
  network: { en: 'Network', ru: 'Сеть' },
  runs: { en: 'Runs', ru: 'Запуски' },
  nets: { en: 'Catalogue', ru: 'Каталог' },
  centred: { en: 'Centre and scale it like MNIST’s digits', ru: 'Центрировать и вписывать, как цифры MNIST' },
  gets: { en: 'The network gets', ru: 'Сеть получает' },
  answer: { en: 'Answer', ru: 'Ответ' },
  nothing: { en: 'Nothing is drawn yet.', ru: 'Пока ничего не нарисовано.' },
  layers: { en: 'Layers', ru: 'Слои' },
  onlyAfter: { en: 'After activations', ru: 'После активаций' },
  everyLayer: { en: 'Every layer', ru: 'Все слои' },
  which: { en: 'Layers shown', ru: 'Какие слои показаны' },
  mapsOf: {
    en: (n: number, all: number) => (n < all ? `${integer(n)} of ${integer(all)} maps` : `maps: ${integer(n)}`),
    ru: (n: number, all: number) => (n < all ? `карт: ${integer(n)} из ${integer(all)}` : `карт: ${integer(n)}`),
  },
  numbersOf: {
    en: (n: number, all: number) => (n < all ? `${integer(n)} of ${integer(all)} numbers` : `numbers: ${integer(n)}`),
    ru: (n: number, all: number) => (n < all ? `чисел: ${integer(n)} из ${integer(all)}` : `чисел: ${integer(n)}`),
  },
  colours: { en: 'Blue below zero, orange above; each layer has its own scale.', ru: 'Синее ниже нуля, оранжевое выше; у каждого слоя своя шкала.' },
  late: { en: (ms: number) => `From stroke to maps: ${fixed(ms, 0)} ms`, ru: (ms: number) => `От штриха до карт: ${fixed(ms, 0)} мс` },
  noRuns: { en: 'No network is trained yet. A minute on the built-in digits is enough:', ru: 'Обученных сетей пока нет. Хватит минуты на встроенных цифрах:' },
  toTrain: { en: 'Train one', ru: 'Обучить сеть' },
  closed: { en: 'The server has closed the connection.', ru: 'Сервер закрыл соединение.' },
  wait: { en: 'The network is being opened…', ru: 'Сеть открывается…' },

  // -- looking -------------------------------------------------------------------------------------
  lookTitle: { en: 'Look into a network', ru: 'Взгляд внутрь сети' },
  lookLead: {
    en: 'One picture on its way through the layers, or all pictures that a run has not learned.',
    ru: 'Одна картинка на пути через слои или все картинки, которых сеть не учила.',
  },
  what: { en: 'What to look at', ru: 'На что смотреть' },
  one: { en: 'One picture', ru: 'Одна картинка' },
  all: { en: 'All pictures', ru: 'Все картинки' },
  ownPictures: { en: 'Pictures that the run has not learned', ru: 'Картинки, которых сеть не учила' },
  more: { en: 'Others', ru: 'Другие' },
  upload: { en: 'Choose a file', ru: 'Выбрать файл' },
  dropHere: { en: 'or drop it anywhere here; or a sample:', ru: 'или перетащите его сюда; или пример:' },
  heat: { en: 'Also what speaks for the answer (takes longer)', ru: 'Ещё и что говорит за ответ (дольше)' },
  looksAt: { en: 'The network looks at the picture…', ru: 'Сеть смотрит на картинку…' },
  surveys: { en: 'The network looks at all pictures. This takes a minute…', ru: 'Сеть смотрит на все картинки. На это нужна минута…' },
  beside: { en: 'Beside it', ru: 'Рядом' },
  none: { en: 'nothing', ru: 'ничего' },
  flower: { en: 'flower', ru: 'цветок' },
  tower: { en: 'tower', ru: 'башня' },
  four: { en: 'digit', ru: 'цифра' },
} as const satisfies Dictionary;

export const k = teller(looking);
