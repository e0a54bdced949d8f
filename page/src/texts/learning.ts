// What was trained on what, and the curves.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export interface Story {
  net: string;
  parameters: string | null;
  seconds: string | null;
  epochs: number;
  data: string;
  train: number | null;
  val: number | null;
  part: string | null;
  n: number;
}

const pictures = (n: number) => `${integer(n)} ${plural('en', n, 'picture', 'pictures')}`;
const onPictures = (n: number) =>
  `${integer(n)} ${plural('ru', n, 'картинке', 'картинках', 'картинках')}`;

function storyEn(s: Story): string {
  const size = s.parameters ? ` (${s.parameters} parameters)` : '';
  const time = s.seconds ? ` in ${s.seconds}` : '';
  const rounds = s.epochs ? ` (${integer(s.epochs)} ${plural('en', s.epochs, 'epoch', 'epochs')})` : '';
  const on = s.train === null ? s.data : `${pictures(s.train)} of the set ${s.data}`;
  let text = `The network ${s.net}${size} was trained on ${on}${time}${rounds}.`;
  if (s.val !== null && s.epochs) {
    text += ` Another ${integer(s.val)} chose the epoch to keep`;
    if (s.part === 'test') text += '; the scores come from';
    else if (s.part === 'val') text += ' and gave the scores, which are therefore a little too good';
  } else if (s.part === 'test') text += ' The scores come from';
  if (s.part === 'test') text += ` ${integer(s.n)} that it had never seen`;
  return text.endsWith('.') ? text : `${text}.`;
}

function storyRu(s: Story): string {
  const size = s.parameters ? ` (параметров: ${s.parameters})` : '';
  const time = s.seconds ? ` за ${s.seconds}` : '';
  const rounds = s.epochs ? ` (${integer(s.epochs)} ${plural('ru', s.epochs, 'эпоха', 'эпохи', 'эпох')})` : '';
  const from = s.train === null ? `на наборе ${s.data}` : `на ${onPictures(s.train)} набора ${s.data}`;
  let text = `Сеть ${s.net}${size} обучена ${from}${time}${rounds}.`;
  if (s.val !== null && s.epochs) {
    text += ` По ${integer(s.val)} ${plural('ru', s.val, 'другой', 'другим', 'другим')} выбрана эпоха`;
  }
  if (s.part === 'test') {
    text += s.val !== null && s.epochs ? ', а оценка сделана' : ' Оценка сделана';
    text += ` на ${integer(s.n)}, ${plural('ru', s.n, 'которой', 'которых', 'которых')} сеть не видела`;
  } else if (s.part === 'val' && s.val !== null && s.epochs) {
    text += ', и по ним же сделана оценка, поэтому она немного завышена';
  }
  return text.endsWith('.') ? text : `${text}.`;
}

export const learning = {
  story: { en: storyEn, ru: storyRu },
  ownNet: { en: 'of its own text', ru: 'по своему тексту' },

  learning: { en: 'Learning', ru: 'Обучение' },
  curves: { en: 'How it learned', ru: 'Как сеть училась' },
  curvesLead: {
    en: 'A point is an epoch: the network has seen every training picture once more. It never learns from validation pictures.',
    ru: 'Точка — эпоха: сеть ещё раз увидела все обучающие картинки. На валидационных картинках она не учится.',
  },
  epoch: { en: 'Epoch', ru: 'Эпоха' },
  epochs: { en: 'epoch', ru: 'эпоха' },
  epochNumber: { en: (n: number) => `epoch ${integer(n)}`, ru: (n: number) => `эпоха ${integer(n)}` },
  bestEpoch: { en: 'epoch kept', ru: 'выбранная эпоха' },
  loss: { en: 'Loss', ru: 'Функция потерь' },
  lossNote: {
    en: 'While training, loss is measured on bent pictures and softened labels: that is why it lies higher.',
    ru: 'При обучении потери считаются на искажённых картинках и со сглаженными метками, поэтому они выше.',
  },
  training: { en: 'training', ru: 'обучение' },
  validation: { en: 'validation', ru: 'валидация' },
  valAccuracy: { en: 'Accuracy on validation', ru: 'Верные ответы на валидации' },
  valF1: { en: 'F1 on validation', ru: 'F1-мера на валидации' },
  valBalanced: { en: 'Balanced accuracy on validation', ru: 'Средняя полнота на валидации' },
  valAuc: { en: 'AUC on validation', ru: 'AUC на валидации' },
  valMap: { en: 'mAP on validation', ru: 'Средняя точность (mAP) на валидации' },
  valF1Micro: { en: 'F1, all labels, on validation', ru: 'F1-мера по всем меткам на валидации' },
  valSubset: { en: 'All labels right, on validation', ru: 'Все метки верны, на валидации' },
  learningRate: { en: 'Learning rate', ru: 'Скорость обучения' },
  step: { en: 'Step', ru: 'Шаг' },
  trainLoss: { en: 'Loss, training', ru: 'Потери, обучение' },
  valLoss: { en: 'Loss, validation', ru: 'Потери, валидация' },
  speed: { en: 'Pictures per second', ru: 'Картинок в секунду' },
  seconds: { en: 'Seconds', ru: 'Секунд' },
  chartSummary: {
    en: (title: string, first: string, last: string) => `${title}: from ${first} to ${last}`,
    ru: (title: string, first: string, last: string) => `${title}: от ${first} до ${last}`,
  },

  repeat: { en: 'Repeat it', ru: 'Повторить' },
  repeatTitle: { en: 'The same run again', ru: 'Тот же запуск ещё раз' },
  repeatLead: {
    en: 'The same command with the same data and seed gives the same order of pictures and the same first weights.',
    ru: 'Та же команда с теми же данными и зерном даёт тот же порядок картинок и те же начальные веса.',
  },
  command: { en: 'Command', ru: 'Команда' },
  recipe: { en: 'Recipe', ru: 'Рецепт обучения' },
  machine: { en: 'Machine and versions', ru: 'Машина и версии' },
  created: { en: 'Made', ru: 'Создан' },
  took: { en: 'Training took', ru: 'Обучение заняло' },
  notStated: { en: 'not stated', ru: 'не указано' },
} as const satisfies Dictionary;
