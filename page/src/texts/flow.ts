// What flowed through a network while it learned.
import { integer } from '../lib/format.ts';
import type { FigureName } from '../lib/flow.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const flow = {
  nav: { en: 'Gradients', ru: 'Градиенты' },
  title: { en: 'What flowed while it learned', ru: 'Что текло по сети при обучении' },
  side: {
    en: 'Recorded in the training itself. Healthy: gradients of all layers are of like size, a step moves the weights by about a thousandth, few ReLU channels are dead.',
    ru: 'Записано при самом обучении. Здоровый вид: градиенты всех слоёв близки по величине, шаг меняет веса примерно на тысячную, мёртвых каналов ReLU мало.',
  },
  besideNav: { en: 'Gradients beside', ru: 'Градиенты рядом' },
  besideTitle: { en: 'What flowed, side by side', ru: 'Что текло, рядом' },
  besideSide: {
    en: 'Two networks, layer by layer. Without shortcuts or batch norm the gradients of a deep net shrink or grow with depth.',
    ru: 'Две сети, слой за слоем. Без обходных связей или батч-нормализации градиенты глубокой сети с глубиной гаснут или растут.',
  },
  besideOver: { en: 'over depth', ru: 'по глубине' },
  besideDepth: { en: 'Depth', ru: 'Глубина' },
  besideLead: {
    en: 'From the first layer that has the figure to the last; at each depth the nearest layer of each network. Scale of powers of ten.',
    ru: 'От первого слоя, у которого есть эта величина, до последнего; на каждой глубине — ближайший слой каждой сети. Шкала логарифмическая.',
  },
  besidePlain: {
    en: 'From the first layer that has the figure to the last; at each depth the nearest layer of each network.',
    ru: 'От первого слоя, у которого есть эта величина, до последнего; на каждой глубине — ближайший слой каждой сети.',
  },
  besideWhen: { en: 'Moment of the training', ru: 'Момент обучения' },
  firstNet: { en: 'First network', ru: 'Первая сеть' },
  secondNet: { en: 'Second network', ru: 'Вторая сеть' },
  gradient: { en: 'Gradient', ru: 'Градиент' },
  weight: { en: 'Weights', ru: 'Веса' },
  update: { en: 'Step to weights', ru: 'Шаг к весам' },
  mean: { en: 'Mean', ru: 'Среднее' },
  variance: { en: 'Variance', ru: 'Дисперсия' },
  dead: { en: 'Dead ReLU', ru: 'Мёртвые ReLU' },
  gradientLead: { en: 'Length of the gradient of the loss by the layer’s weights.', ru: 'Длина градиента функции потерь по весам слоя.' },
  weightLead: { en: 'Length of the layer’s weights.', ru: 'Длина вектора весов слоя.' },
  updateLead: { en: 'How far one step moves the weights, as a share of their length.', ru: 'Насколько один шаг меняет веса, в долях их длины.' },
  meanLead: { en: 'Mean of all values that the layer gives for a batch.', ru: 'Среднее всех значений на выходе слоя для батча.' },
  varianceLead: { en: 'Variance of all values that the layer gives for a batch.', ru: 'Дисперсия всех значений на выходе слоя для батча.' },
  deadLead: { en: 'Share of channels that are 0 for every picture of a batch.', ru: 'Доля каналов, равных нулю для каждой картинки батча.' },
  figure: { en: 'Number shown', ru: 'Показанное число' },
  depth: { en: 'Over depth and time', ru: 'По глубине и времени' },
  depthLead: {
    en: 'Each row is a layer, from the picture to the answer; each strip its training from left to right. Point at a strip, or use the slider.',
    ru: 'Строка — слой, от картинки к ответу; полоска — ход его обучения слева направо. Наведите на полоску или двигайте ползунок.',
  },
  step: { en: 'Step', ru: 'Шаг' },
  atStep: { en: (n: number) => `at step ${integer(n)}`, ru: (n: number) => `на шаге ${integer(n)}` },
  steps: { en: 'steps', ru: 'шаги' },
  low: { en: 'small', ru: 'мало' },
  high: { en: 'large', ru: 'много' },
  below: { en: 'below zero', ru: 'ниже нуля' },
  above: { en: 'above', ru: 'выше' },
  layer: { en: 'Layer', ru: 'Слой' },
  once: { en: 'Only one step was recorded: the training was short.', ru: 'Записан один шаг: обучение было коротким.' },
} as const satisfies Dictionary;

export const f = teller(flow);

/** What a figure means. */
export const meaning = (figure: FigureName): string => f(`${figure}Lead`);
