// A picture on its way through a network.
import { integer, plural } from '../lib/format.ts';
import { ui, type Lang } from '../lib/ui.svelte.ts';
import type { Dictionary } from './both.ts';

interface Stats {
  low: string;
  high: string;
  zeros: string;
  empty: number;
  all: number;
}

/** Places by the names of their axes, as many as there are; of a line alone it is `one`. */
const along = (at: number[], names: string[], one: string) =>
  at.map((i, k) => `${at.length > 1 ? names.slice(-at.length)[k] : one} ${integer(i)}`).join(', ');

export const look = {
  kindLook: { en: 'Inside the network', ru: 'Внутри сети' },
  lookStory: {
    en: (picture: string, layers: number) =>
      `${picture ? `The picture ${picture}` : 'One picture'} and what ${integer(layers)} ${plural('en', layers, 'layer', 'layers')} make of it`,
    ru: (picture: string, layers: number) =>
      `${picture ? `Картинка ${picture}` : 'Одна картинка'} на пути через ${integer(layers)} ${plural('ru', layers, 'слой', 'слоя', 'слоёв')}`,
  },

  lookAnswer: { en: 'The answer', ru: 'Ответ' },
  lookAnswerSide: {
    en: 'The picture as the network gets it: scaled to its input, otherwise as it was.',
    ru: 'Картинка в том виде, в каком её получает сеть: приведена к размеру входа, в остальном прежняя.',
  },
  lookFirstChannel: {
    en: (n: number) => `The first of its ${integer(n)} channels is shown.`,
    ru: (n: number) => `Показан первый канал, а всего их ${integer(n)}.`,
  },
  lookAnswerTitle: { en: 'What the network says', ru: 'Что говорит сеть' },
  lookAnswerLead: {
    en: (shown: number, all: number) =>
      shown < all ? `The ${integer(shown)} likeliest of ${integer(all)} classes.` : 'All classes, the likeliest first.',
    ru: (shown: number, all: number) =>
      shown < all ? `${integer(shown)} самых вероятных классов из ${integer(all)}.` : 'Все классы, от самого вероятного.',
  },
  lookProbability: { en: 'Probability', ru: 'Вероятность' },
  lookLogit: { en: 'Logit', ru: 'Логит' },
  lookPicture: { en: 'The picture', ru: 'Картинка' },

  lookDepth: { en: 'Layers', ru: 'Слои' },
  lookDepthSide: {
    en: 'Choose a layer: its maps are below. Deep layers look for rare things, so most of their maps stay dark on any one picture.',
    ru: 'Выберите слой: его карты ниже. Глубокие слои ищут редкое, поэтому на одной картинке большинство их карт почти пусты.',
  },
  lookDepthTitle: { en: 'Near-empty maps by depth', ru: 'Почти пустые карты по глубине' },
  lookDepthLead: {
    en: (share: string) => `A map is near-empty if nowhere it reaches ${share} of the layer's largest value.`,
    ru: (share: string) => `Карта почти пуста, если нигде не достигает ${share} от наибольшего значения слоя.`,
  },
  lookOf: {
    en: (n: number, all: number) => `${integer(n)} of ${integer(all)}`,
    ru: (n: number, all: number) => `${integer(n)} из ${integer(all)}`,
  },
  lookKind: { en: 'Kind', ru: 'Вид' },
  lookNearEmpty: { en: 'Near-empty', ru: 'Почти пусты' },
  lookShare: { en: 'Share', ru: 'Доля' },

  lookMaps: { en: 'Maps', ru: 'Карты' },
  lookMapsTitle: { en: 'Activation maps', ru: 'Карты активаций' },
  lookMapsSide: {
    en: 'Each map is what one filter found, and where. Click a map, then a cell in it; the arrow keys do the same.',
    ru: 'Каждая карта показывает, что нашёл один фильтр и где. Щёлкните карту, затем клетку в ней; стрелки делают то же.',
  },
  lookLayer: { en: 'Layer', ru: 'Слой' },
  lookBefore: { en: 'Layer before', ru: 'Предыдущий слой' },
  lookNext: { en: 'Next layer', ru: 'Следующий слой' },
  lookStats: {
    en: (s: Stats) => `Values ${s.low} to ${s.high}; zeros: ${s.zeros}; near-empty maps: ${integer(s.empty)} of ${integer(s.all)}.`,
    ru: (s: Stats) => `Значения от ${s.low} до ${s.high}; нулей: ${s.zeros}; почти пустых карт: ${integer(s.empty)} из ${integer(s.all)}.`,
  },
  lookScale: { en: 'Scale of colours', ru: 'Шкала цветов' },
  lookScaleLayer: { en: 'One scale', ru: 'Общая шкала' },
  lookScaleEach: { en: 'Each its own', ru: 'У каждой своя' },
  lookOrder: { en: 'Order', ru: 'Порядок' },
  lookStrongest: { en: 'Strongest first', ru: 'Сначала сильные' },
  lookByNumber: { en: 'By number', ru: 'По номеру' },
  lookFind: { en: 'Find a map by its number', ru: 'Найти карту по номеру' },
  lookNoMap: {
    en: (all: number) => `No such map here. The layer has numbers 0 to ${integer(all - 1)}.`,
    ru: (all: number) => `Такой карты здесь нет. Номера в слое: от 0 до ${integer(all - 1)}.`,
  },
  lookMap: { en: 'Map', ru: 'Карта' },
  lookLow: { en: 'Smallest', ru: 'Наименьшее' },
  lookHigh: { en: 'Largest', ru: 'Наибольшее' },
  lookMean: { en: 'Mean', ru: 'Среднее' },
  lookZeros: { en: 'Zeros', ru: 'Нули' },
  lookIsEmpty: { en: 'near-empty', ru: 'почти пуста' },
  lookMapOf: {
    en: (n: number, low: string, high: string) => `Map ${n}, ${low} to ${high}`,
    ru: (n: number, low: string, high: string) => `Карта ${n}, от ${low} до ${high}`,
  },
  lookLeftOut: {
    en: (n: number) => `${integer(n)} weaker ${plural('en', n, 'map is', 'maps are')} left out to keep the file small; their statistics are in the numbers, and all maps in the file of --npz.`,
    ru: (n: number) => `Более слабых карт опущено, чтобы файл был небольшим: ${integer(n)}. Их статистика есть в числах, а все карты — в файле --npz.`,
  },
  lookColours: { en: 'blue below zero, orange above', ru: 'синее ниже нуля, оранжевое выше' },
  lookOneMap: { en: (n: number) => `Map ${integer(n)}`, ru: (n: number) => `Карта ${integer(n)}` },
  lookOneMapLead: {
    en: 'Point at a cell: its number, and the part of the picture that it depends on. Click or use the arrow keys to keep it.',
    ru: 'Наведите на клетку: её число и часть картинки, от которой оно зависит. Щелчок или стрелки выбирают клетку.',
  },
  lookMapKeys: { en: 'Map: arrow keys choose a cell', ru: 'Карта: стрелки выбирают клетку' },
  lookAt: {
    en: (at: number[]) => along(at, ['slice', 'row', 'column'], 'place'),
    ru: (at: number[]) => along(at, ['срез', 'строка', 'столбец'], 'место'),
  },
  lookSees: {
    en: (width: number, height: number) => `sees ${integer(width)}×${integer(height)} pixels`,
    ru: (width: number, height: number) => `видит ${integer(width)}×${integer(height)} пикселей`,
  },
  lookField: {
    en: (top: number, bottom: number, left: number, right: number) =>
      `Receptive field: rows ${short(top)} to ${short(bottom)}, columns ${short(left)} to ${short(right)} of the picture.`,
    ru: (top: number, bottom: number, left: number, right: number) =>
      `Рецептивное поле: строки от ${short(top)} до ${short(bottom)}, столбцы от ${short(left)} до ${short(right)} картинки.`,
  },
  lookFieldOutside: { en: 'What lies outside it is padding.', ru: 'За её краем — паддинг.' },
  lookNoField: {
    en: 'The receptive field is known for nets written in the language of svertka.',
    ru: 'Рецептивное поле известно для сетей, записанных на языке svertka.',
  },

  lookCell: { en: 'A cell', ru: 'Клетка' },
  lookCellTitle: { en: 'Where the number comes from', ru: 'Откуда взялось число' },
  lookCellSide: {
    en: 'The arithmetic of the chosen cell, done by this page from the layer before. Choose another one in the map above.',
    ru: 'Вычисление выбранной клетки: страница делает его сама по предыдущему слою. Другую клетку выберите на карте выше.',
  },
  lookWindow: { en: 'window', ru: 'окно' },
  lookFilter: { en: 'filter', ru: 'фильтр' },
  lookProducts: { en: 'products', ru: 'произведения' },
  lookPadding: { en: 'padding', ru: 'паддинг' },
  lookChannel: { en: 'Channel', ru: 'Канал' },
  lookChannelBefore: {
    en: (n: number) => `Channel ${integer(n)} of the layer before`,
    ru: (n: number) => `Канал ${integer(n)} предыдущего слоя`,
  },
  lookSlice: { en: 'Slice', ru: 'Срез' },
  lookOfSlice: {
    en: (name: string, slice: number) => `${name}, slice ${integer(slice)}`,
    ru: (name: string, slice: number) => `${name}, срез ${integer(slice)}`,
  },
  lookRow: { en: 'Row', ru: 'Строка' },
  lookColumn: { en: 'Column', ru: 'Столбец' },
  lookTermsLead: {
    en: (n: number) => `${integer(n)} channels of the layer before take part, those that weigh most come first.`,
    ru: (n: number) => `Участвует каналов предыдущего слоя: ${integer(n)}; сначала те, чей вклад больше.`,
  },
  lookStep: { en: 'Product after product (arrow keys)', ru: 'Произведение за произведением (стрелки)' },
  lookStepped: {
    en: (step: number, all: number) => `${integer(step)} of ${integer(all)}:`,
    ru: (step: number, all: number) => `${integer(step)} из ${integer(all)}:`,
  },
  lookSoFar: { en: 'sum so far', ru: 'сумма на этом шаге' },
  lookSumProducts: {
    en: (n: number) => `Sum of ${integer(n)} products`,
    ru: (n: number) => `Сумма произведений (${integer(n)})`,
  },
  lookSumWindow: { en: 'Sum of the window', ru: 'Сумма окна' },
  lookResult: { en: 'Result', ru: 'Результат' },
  lookNetworkHas: { en: 'the network has', ru: 'в сети' },
  lookCellElsewhere: {
    en: 'The page carries the arithmetic of some cells of this layer only: of its strongest maps, within the dashed frame.',
    ru: 'В странице есть вычисления только части клеток этого слоя: самых сильных карт, внутри штриховой рамки.',
  },
  lookCellUnknown: {
    en: 'The page does not have the arithmetic of this layer. Python may know it:',
    ru: 'Вычислений этого слоя в странице нет. Их может показать Python:',
  },
  lookGoThere: { en: 'To a cell that is here', ru: 'К клетке, которая здесь есть' },

  lookFilters: { en: 'Filters', ru: 'Фильтры' },
  lookFiltersTitle: { en: 'Filters of the first layer', ru: 'Фильтры первого слоя' },
  lookFiltersSide: {
    en: 'They meet the picture itself, so they can be seen as small pictures.',
    ru: 'Они накладываются на саму картинку, поэтому их можно увидеть как маленькие картинки.',
  },
  lookFiltersNow: {
    en: 'Mid-grey is zero; each filter has its own scale.',
    ru: 'Средне-серое — ноль; у каждого фильтра своя шкала.',
  },
  lookFiltersBoth: {
    en: 'On the left before training, on the right after it. Mid-grey is zero; each has its own scale.',
    ru: 'Слева до обучения, справа после. Средне-серое — ноль; у каждого своя шкала.',
  },
  lookFilterOf: { en: (n: number) => `Filter ${n}`, ru: (n: number) => `Фильтр ${n}` },
  lookBeforeTraining: {
    en: (n: number) => `Filter ${n} before training`,
    ru: (n: number) => `Фильтр ${n} до обучения`,
  },
  lookLargestWeight: { en: 'Largest weight', ru: 'Наибольший вес' },
  lookMoved: { en: 'Moved', ru: 'Сдвинулся' },
  lookMovedBy: { en: (share: string) => `moved ${share}`, ru: (share: string) => `сдвиг ${share}` },

  lookHeat: { en: 'Heat-maps', ru: 'Тепловые карты' },
  lookHeatTitle: { en: 'What speaks for the answer', ru: 'Что говорит за ответ' },
  lookHeatSide: {
    en: 'No map is to be believed unchecked: beside each stands whether the answer goes when its places go, and whether it changes with the weights.',
    ru: 'Без проверки верить нельзя ни одной карте: рядом указано, пропадает ли ответ вместе с её местами и меняется ли она с весами.',
  },
  lookSigned: { en: 'Orange speaks for the class, blue against it.', ru: 'Оранжевое за класс, синее против.' },
  lookUnsigned: { en: 'The stronger the colour, the more a place counts.', ru: 'Чем насыщеннее, тем важнее место.' },
  lookFlat: {
    en: 'The map is the same everywhere: no place counts more than another, so there is nothing to check.',
    ru: 'Карта всюду одинакова: ни одно место не важнее другого, и проверять нечего.',
  },
  lookDeletion: { en: 'Important places removed', ru: 'Важные места убраны' },
  lookInsertion: { en: 'Only important places left', ru: 'Оставлены только важные' },
  lookRandomised: { en: 'Likeness to a map of random weights', ru: 'Сходство с картой случайных весов' },
  lookAgainst: {
    en: (own: string, random: string) => `${own}; at random ${random}`,
    ru: (own: string, random: string) => `${own}; наугад ${random}`,
  },
  lookComplete: { en: 'Sum of the map; the logit has grown by', ru: 'Сумма карты; логит вырос на' },
  lookOfSum: { en: (sum: string, logit: string) => `${sum}; ${logit}`, ru: (sum: string, logit: string) => `${sum}; ${logit}` },
  lookHow: {
    en: (steps: number, parts: number) =>
      `For a quick page: ${integer(steps)} steps of integrated gradients (their error is how far the sum of the map misses the growth of the logit), pictures that go and come in ${integer(parts)} parts, answered in bf16 where that is faster (probabilities right within 0.02), all weights drawn anew at once. Finer in Python:`,
    ru: (steps: number, parts: number) =>
      `Чтобы страница появлялась быстро: шагов интегрированных градиентов ${integer(steps)} (их погрешность — насколько сумма карты расходится с ростом логита), частей, которыми картинка убывает и появляется, ${integer(parts)}, ответы при этом в формате bf16, где он быстрее (вероятности верны до 0,02), все веса заменены случайными сразу. Точнее — в Python:`,
  },
  lookRedrawn: { en: 'with random weights', ru: 'при случайных весах' },
  lookShareOf: { en: 'Share of the picture', ru: 'Доля картинки' },
  lookThisMap: { en: 'by this map', ru: 'по этой карте' },
  lookRandomOrder: { en: 'at random', ru: 'наугад' },
  lookHolds: { en: 'holds', ru: 'выдержала' },
  lookFails: { en: 'fails', ru: 'не выдержала' },

  lookRepeatTitle: { en: 'The same page again', ru: 'Та же страница ещё раз' },
  lookRepeatLead: { en: 'The command that writes it.', ru: 'Команда, которая её пишет.' },
} as const satisfies Dictionary;

const short = (value: number): string => integer(value);

const NAMES: Record<string, Record<Lang, string>> = {
  bias: { en: 'bias', ru: 'смещение' },
  divisor: { en: 'numbers in the window', ru: 'чисел в окне' },
  mean: { en: 'mean', ru: 'среднее' },
  variance: { en: 'variance', ru: 'дисперсия' },
  epsilon: { en: 'epsilon', ru: 'эпсилон' },
  weight: { en: 'weight', ru: 'вес' },
};
const METHODS: Record<string, Record<Lang, string>> = {
  grad_cam: { en: 'Grad-CAM', ru: 'Grad-CAM' },
  integrated_gradients: { en: 'Integrated gradients', ru: 'Интегрированные градиенты' },
  occlusion: { en: 'Occlusion', ru: 'Заслонение' },
};

const named = (words: Record<string, Record<Lang, string>>, name: string): string =>
  (Object.hasOwn(words, name) ? words[name]?.[ui.lang] : null) ?? name;

/** A number of a cell's arithmetic in the reader's language. */
export const numberName = (name: string): string => named(NAMES, name);
/** A way to make a heat-map in the reader's language. */
export const methodName = (name: string): string => named(METHODS, name);
