// The filters of a network, and what padding does at the border.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const filters = {
  nav: { en: 'Filters', ru: 'Фильтры' },
  title: { en: 'What filters look for', ru: 'Что ищут фильтры' },
  side: {
    en: 'A filter is known by its weights, by the pictures that excite it most, and by the picture that would excite it still more. Choose one with the pointer or the arrow keys.',
    ru: 'О фильтре говорят его веса, картинки, которые возбуждают его сильнее всего, и картинка, которая возбудила бы его ещё сильнее. Выберите фильтр мышью или стрелками.',
  },
  layer: { en: 'Layer', ru: 'Слой' },
  of: { en: (layer: string) => `Filters of ${layer}`, ru: (layer: string) => `Фильтры слоя ${layer}` },
  size: {
    en: (n: number, shape: string) => `${integer(n)} ${plural('en', n, 'filter', 'filters')} of ${shape} weights.`,
    ru: (n: number, shape: string) => `Фильтров: ${integer(n)}, в каждом ${shape} весов.`,
  },
  some: {
    en: (n: number, moved: boolean) => `Shown: the ${integer(n)} ${moved ? 'that training has moved most' : 'with the largest weights'}; the numbers have all.`,
    ru: (n: number, moved: boolean) => `Показаны ${integer(n)}: ${moved ? 'те, что обучение сдвинуло сильнее всего' : 'те, у которых веса больше'}; в числах есть все.`,
  },
  asPicture: { en: 'Mid-grey is zero; each filter has its own scale.', ru: 'Средне-серое — ноль; у каждого фильтра своя шкала.' },
  asPlane: {
    en: 'Of each the strongest channel is drawn: blue below zero, orange above.',
    ru: 'У каждого нарисован самый сильный канал: синее ниже нуля, оранжевое выше.',
  },
  filter: { en: 'Filter', ru: 'Фильтр' },
  oneOf: {
    en: (layer: string, n: number) => `Filter ${integer(n)} of ${layer}`,
    ru: (layer: string, n: number) => `Фильтр ${integer(n)} слоя ${layer}`,
  },
  one: { en: (n: number) => `Filter ${integer(n)}`, ru: (n: number) => `Фильтр ${integer(n)}` },
  moved: { en: 'Moved by training', ru: 'Сдвиг при обучении' },
  movedLead: { en: 'of its length before', ru: 'от прежней длины' },
  length: { en: 'Length', ru: 'Длина' },
  active: { en: 'Awake for', ru: 'Возбуждён на' },
  activeOf: {
    en: (share: string, n: number, part: string) => `${share} of ${integer(n)} ${plural('en', n, 'picture', 'pictures')}${part ? ` (${part})` : ''}`,
    ru: (share: string, n: number, part: string) => `${share} картинок из ${integer(n)}${part ? ` (${part})` : ''}`,
  },
  alikeTo: { en: 'Most like filter', ru: 'Больше всего похож на фильтр' },
  cosine: { en: 'Cosine', ru: 'Косинус' },
  weights: { en: 'Weights', ru: 'Веса' },
  now: { en: 'after training', ru: 'после обучения' },
  before: { en: 'before training', ru: 'до обучения' },
  channel: { en: (n: number) => `channel ${integer(n)}`, ru: (n: number) => `канал ${integer(n)}` },
  channels: {
    en: (n: number, all: number) => (n < all ? `The ${integer(n)} strongest of ${integer(all)} channels, one scale for all.` : 'All channels, one scale for all.'),
    ru: (n: number, all: number) => (n < all ? `Самые сильные каналы: ${integer(n)} из ${integer(all)}, шкала общая.` : 'Все каналы, шкала общая.'),
  },
  unknownBefore: {
    en: 'Nobody knows these weights before training: it did not begin with weights drawn from a known seed.',
    ru: 'Веса до обучения неизвестны: обучение началось не со случайных весов с известным зерном.',
  },
  best: { en: 'What excites it most', ru: 'Что возбуждает его сильнее всего' },
  bestLead: {
    en: (layer: string) => `Above what the strongest cell of ${layer} sees, below the whole picture with that place framed, and the cell’s number. Grey is padding.`,
    ru: (layer: string) => `Сверху то, что видит самая сильная клетка слоя ${layer}, под ним вся картинка с этим местом в рамке и число клетки. Серое — паддинг.`,
  },
  noPictures: {
    en: 'Which pictures excite it is known where pictures are given: --data.',
    ru: 'Какие картинки его возбуждают, видно, когда картинки даны: --data.',
  },
  sleeping: { en: 'None of these pictures wakes it: it is dead for them.', ru: 'Ни одна из этих картинок его не возбуждает: для них он мёртв.' },
  dream: { en: 'The picture that would', ru: 'Картинка, которая возбудила бы' },
  dreamLead: {
    en: (layer: string, steps: number) => `Made from noise in ${integer(steps)} steps up the gradient of its mean excitement in ${layer} (a number below 0 counts a hundredth), held smooth (Olah et al. 2017).`,
    ru: (layer: string, steps: number) => `Сделана из шума за ${integer(steps)} ${plural('ru', steps, 'шаг', 'шага', 'шагов')} вверх по градиенту его среднего возбуждения в слое ${layer} (число ниже нуля идёт с весом 0,01), с требованием гладкости (Olah и др., 2017).`,
  },
  dreamRaised: { en: 'Mean excitement', ru: 'Среднее возбуждение' },
  fromTo: { en: (from: string, to: string) => `${from} → ${to}`, ru: (from: string, to: string) => `${from} → ${to}` },
  noDream: { en: 'Not made for this filter, to keep the time short.', ru: 'Для этого фильтра не сделана, чтобы не тратить время.' },
  twins: { en: 'Similar and dead filters', ru: 'Похожие и мёртвые фильтры' },
  alike: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'pair', 'pairs')} of filters with a cosine of 0.9 and more: two that look for the same.`,
    ru: (n: number) => `Пар фильтров с косинусом от 0,9: ${integer(n)}. Такие два ищут одно и то же.`,
  },
  dead: {
    en: (n: number, all: number, pictures: number) => `${integer(n)} of ${integer(all)} filters woke for none of ${integer(pictures)} pictures: dead.`,
    ru: (n: number, all: number, pictures: number) => `Не возбудились ни на одной из ${integer(pictures)} картинок (мёртвые): ${integer(n)} из ${integer(all)}.`,
  },
  deadUnknown: {
    en: (layer: string) => `Whether a filter is dead is seen after an activation; ${layer} has none right behind it.`,
    ru: (layer: string) => `Мёртв ли фильтр, видно после функции активации, а сразу за слоем ${layer} её нет.`,
  },
  toFilter: { en: (n: number) => `To filter ${integer(n)}`, ru: (n: number) => `К фильтру ${integer(n)}` },

  borderTitle: { en: (layer: string) => `The border in ${layer}`, ru: (layer: string) => `Край карты слоя ${layer}` },
  borderLead: {
    en: (share: string) => `${share} of the cells see padding. Point at a cell or use the arrow keys.`,
    ru: (share: string) => `Паддинг видят ${share} клеток. Наведите на клетку или пользуйтесь стрелками.`,
  },
  paths: { en: 'Share of padding in a cell', ru: 'Доля паддинга в клетке' },
  pathsLead: { en: 'of all ways from the cell to the input, those that end in padding', ru: 'доля путей от клетки ко входу, которые кончаются в паддинге' },
  outside: { en: 'Window beyond the picture', ru: 'Окно за краем картинки' },
  outsideLead: { en: 'the share of its receptive field that lies beyond', ru: 'какая доля рецептивного поля лежит за краем' },
  changes: { en: 'Change of the numbers', ru: 'Изменение чисел' },
  changesLead: {
    en: (n: number) => `if padding repeated the border instead of zeros; ${integer(n)} ${plural('en', n, 'picture', 'pictures')}, 100% is the layer’s mean number`,
    ru: (n: number) => `если бы паддинг повторял край, а не дополнял нулями; картинок: ${integer(n)}, 100\u00a0% — среднее число слоя`,
  },
  borderKeys: { en: 'Border: arrow keys choose a cell', ru: 'Край карты: стрелки выбирают клетку' },
  row: { en: 'Row', ru: 'Строка' },
  column: { en: 'Column', ru: 'Столбец' },
  cellAt: {
    en: (y: number, x: number) => `row ${integer(y)}, column ${integer(x)}`,
    ru: (y: number, x: number) => `строка ${integer(y)}, столбец ${integer(x)}`,
  },

  restNav: { en: 'Left out', ru: 'Чего здесь нет' },
  restTitle: { en: 'What is not on this page', ru: 'Чего нет на этой странице' },
  labelsRest: {
    en: 'These pictures have any number of labels. The page leaves out what needs exactly one class: confused pairs and doubts about classes. The colours of the map are those of the surest label. Likely errors of labels, each by itself, are found by:',
    ru: 'У этих картинок может быть сколько угодно меток. Того, для чего нужен ровно один класс, здесь нет: путаемых пар и сомнений в классе. Ответ на карте — самая уверенная метка. Вероятные ошибки меток, каждой по отдельности, находит команда:',
  },
  bareRest: {
    en: 'No pictures were given, so the page shows the network alone: filters, similar filters, the pictures that would excite them, receptive fields and borders. With labelled pictures it shows all the rest:',
    ru: 'Картинки не даны, поэтому здесь только сама сеть: фильтры, похожие фильтры, картинки, которые возбудили бы их, рецептивные поля и края. Всё остальное появится, если дать картинки с метками:',
  },
} as const satisfies Dictionary;

export const w = teller(filters);
