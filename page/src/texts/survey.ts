// Many pictures in a network's eyes.
import { fixed, integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const survey = {
  kind: { en: 'The network and its pictures', ru: 'Сеть и её картинки' },
  story: {
    en: (n: number, part: string, data: string, right: string) =>
      `${integer(n)} ${plural('en', n, 'picture', 'pictures')}${data ? ` of ${data}` : ''}${part ? `, ${part} part` : ''}${right ? `: ${right} of the answers are right` : ''}`,
    ru: (n: number, part: string, data: string, right: string) =>
      `${integer(n)} ${plural('ru', n, 'картинка', 'картинки', 'картинок')}${data ? ` из набора ${data}` : ''}${part ? `, часть: ${part}` : ''}${right ? `; верных ответов ${right}` : ''}`,
  },
  bare: { en: 'Filters and fields of the network, without pictures', ru: 'Фильтры и поля сети, без картинок' },

  mapNav: { en: 'Map', ru: 'Карта картинок' },
  mapTitle: { en: 'The pictures as the network sees them', ru: 'Картинки глазами сети' },
  mapSide: {
    en: 'Each point is a picture, placed by the numbers that the last layer reads. Pictures that the network takes for alike lie close.',
    ru: 'Каждая точка — картинка, её место задают числа, которые читает последний слой. Похожие для сети картинки лежат рядом.',
  },
  mapOf: { en: 'Map of the pictures', ru: 'Карта картинок' },
  mapLead: {
    en: (n: number, layer: string) => `${integer(n)} numbers before the layer ${layer}. A ring marks a wrong answer. Point at a picture, click to keep it; the arrow keys go from picture to picture.`,
    ru: (n: number, layer: string) => `Чисел перед слоем ${layer}: ${integer(n)}. Кольцо — неверный ответ. Наведите на точку, щелчком закрепите; стрелки ведут от картинки к картинке.`,
  },
  pca: { en: 'PCA', ru: 'Главные оси (PCA)' },
  tsne: { en: 't-SNE', ru: 'Соседства (t-SNE)' },
  way: { en: 'How points are placed', ru: 'Как разложены точки' },
  pcaNote: {
    en: (share: string) => `The two axes along which the pictures differ most; they show ${share} of the variance.`,
    ru: (share: string) => `Две оси, вдоль которых картинки различаются сильнее всего: ${share} всей дисперсии.`,
  },
  tsneNote: {
    en: 'Neighbours stay neighbours; large distances and the sizes of crowds mean nothing.',
    ru: 'Соседи остаются соседями; большие расстояния и размеры скоплений ничего не значат.',
  },
  mapKeys: { en: 'Map of pictures: arrow keys go to the next picture', ru: 'Карта картинок: стрелки переходят к соседней картинке' },
  classes: { en: 'Show one class', ru: 'Показать один класс' },
  everyClass: { en: 'All', ru: 'Все' },
  truth: { en: 'Is', ru: 'На картинке' },
  answer: { en: 'Answer', ru: 'Ответ' },
  sure: { en: 'sure', ru: 'уверенность' },
  unknown: { en: 'unknown', ru: 'неизвестно' },
  file: { en: 'Picture', ru: 'Картинка' },
  neighbours: { en: 'Nearest neighbours', ru: 'Ближайшие соседи' },
  neighboursLead: { en: 'The cosine says how alike: 1 is the same direction.', ru: 'Косинус показывает сходство: 1 — то же направление.' },
  cosine: { en: 'Cosine', ru: 'Косинус' },
  toPicture: {
    en: (id: string, cosine: string) => `Go to ${id}, cosine ${cosine}`,
    ru: (id: string, cosine: string) => `Перейти к ${id}, косинус ${cosine}`,
  },

  suspectsNav: { en: 'Suspects', ru: 'Подозрения' },
  suspectsTitle: { en: 'What may be wrong with the data', ru: 'Что может быть не так с данными' },
  suspectsSide: {
    en: 'The network has not learned these pictures, so its surprise says something about the labels. Look before you change anything.',
    ru: 'Этих картинок сеть не учила, поэтому её удивление говорит о метках. Прежде чем менять метки, посмотрите сами.',
  },
  doubts: { en: 'Likely label errors', ru: 'Вероятные ошибки меток' },
  doubtsLead: { en: 'The least probable label first.', ru: 'Сначала самые невероятные метки.' },
  noDoubts: { en: 'No label is doubted.', ru: 'Сомнительных меток нет.' },
  labelled: { en: 'Label', ru: 'Метка' },
  better: { en: 'Rather', ru: 'Скорее' },
  pairs: { en: 'Near-duplicates', ru: 'Почти одинаковые картинки' },
  pairsLead: { en: 'Copies first, then those whose pixels differ least.', ru: 'Сначала копии, затем те, чьи пиксели отличаются меньше.' },
  noPairs: { en: 'No two pictures are nearly the same.', ru: 'Почти одинаковых картинок нет.' },
  copy: { en: 'the same', ru: 'совпадают' },
  apart: { en: (distance: string) => `apart by ${distance}`, ru: (distance: string) => `различие ${distance}` },
  distance: { en: 'Distance', ru: 'Различие' },
  otherLabel: { en: 'two labels', ru: 'метки разные' },
  first: {
    en: (n: number, all: number) => `The first ${integer(n)} of ${integer(all)}.`,
    ru: (n: number, all: number) => `Первые ${integer(n)} из ${integer(all)}.`,
  },

  errorsNav: { en: 'Errors', ru: 'Ошибки' },
  errorsTitle: { en: 'What is taken for what', ru: 'Что за что принимают' },
  errorsSide: {
    en: 'The pairs of classes that are mixed up most, with their pictures: the surest wrong answer first.',
    ru: 'Чаще всего путаемые пары классов и сами картинки: сначала самые уверенные ошибки.',
  },
  confused: { en: 'Most confused pairs', ru: 'Самые путаемые пары' },
  takenFor: { en: 'taken for', ru: 'принимают за' },
  ofAll: {
    en: (n: number, all: number) => `${integer(n)} of ${integer(all)}`,
    ru: (n: number, all: number) => `${integer(n)} из ${integer(all)}`,
  },
  noErrors: { en: 'No picture was taken for another class.', ru: 'Ни одна картинка не принята за чужой класс.' },

  thresholdsNav: { en: 'Thresholds', ru: 'Пороги' },
  thresholdsTitle: { en: 'Where to draw the line', ru: 'Где провести границу' },
  thresholdsSide: {
    en: 'If a picture counts as of the class from a probability on: the higher the threshold, the fewer false alarms and the more are missed.',
    ru: 'Картинку относят к классу, начиная с некоторой вероятности. Чем выше порог, тем меньше ложных срабатываний и тем больше пропусков.',
  },
  class: { en: 'Class', ru: 'Класс' },
  threshold: { en: 'Threshold', ru: 'Порог' },
  precision: { en: 'Precision', ru: 'Точность' },
  recall: { en: 'Recall', ru: 'Полнота' },
  f1: { en: 'F1', ru: 'F1-мера' },
  curve: { en: (name: string) => `Precision and recall of ${name}`, ru: (name: string) => `Точность и полнота класса ${name}` },
  curveLead: {
    en: (ap: string, n: number) => `Average precision ${ap}, ${integer(n)} ${plural('en', n, 'picture', 'pictures')} of the class. At first the threshold of the largest F1.`,
    ru: (ap: string, n: number) => `Средняя точность ${ap}, картинок класса: ${integer(n)}. Вначале выбран порог наибольшей F1-меры.`,
  },
  overThreshold: { en: 'Over the threshold', ru: 'По порогу' },
  overRecall: { en: 'Precision over recall', ru: 'Точность по полноте' },
  bestF1: { en: 'best F1', ru: 'лучшая F1' },

  responseNav: { en: 'Changes', ru: 'Изменения' },
  responseTitle: { en: 'When pictures change', ru: 'Когда картинки меняются' },
  responseSide: {
    en: 'Moved, turned, resized and noisy pictures. A convolutional network bears shifts better than a dense one: a filter looks the same everywhere.',
    ru: 'Сдвинутые, повёрнутые, изменённые по размеру и зашумлённые картинки. Свёрточная сеть переносит сдвиг лучше полносвязной: фильтр всюду один и тот же.',
  },
  accuracy: { en: 'Right answers', ru: 'Верные ответы' },
  change: { en: 'Change of answers', ru: 'Изменение ответов' },
  shown: { en: 'What is shown', ru: 'Что показано' },
  shiftOf: { en: (name: string) => `Shift: ${name}`, ru: (name: string) => `Сдвиг: ${name}` },
  shiftLead: {
    en: (n: number) => `Across: pixels to the right; down: pixels down. ${integer(n)} pictures.`,
    ru: (n: number) => `По горизонтали — пиксели вправо, по вертикали — вниз. Картинок: ${integer(n)}.`,
  },
  movedBy: {
    en: (right: string, down: string) => `${right} to the right, ${down} down`,
    ru: (right: string, down: string) => `вправо ${right}, вниз ${down}`,
  },
  gridKeys: { en: (name: string) => `${name}: arrow keys choose a shift`, ru: (name: string) => `${name}: стрелки выбирают сдвиг` },
  rotation: { en: 'Rotation', ru: 'Поворот' },
  scale: { en: 'Scale', ru: 'Масштаб' },
  noise: { en: 'Noise', ru: 'Шум' },
  changeNote: {
    en: 'Change: 0 for the same probabilities, 100% for another answer with certainty.',
    ru: 'Изменение: 0 — те же вероятности, 100 % — уверенно другой ответ.',
  },
  beside: { en: 'Beside it', ru: 'Рядом' },

  fieldNav: { en: 'Fields', ru: 'Поля' },
  fieldTitle: { en: 'What cells really see', ru: 'Что клетки видят на самом деле' },
  fieldSide: {
    en: 'A cell could see its whole receptive field, but its middle counts most: the effective field is nearly a Gaussian (Luo et al. 2016).',
    ru: 'Клетка могла бы видеть всё рецептивное поле, но больше всего значит его середина: действительное поле почти гауссово (Luo и др., 2016).',
  },
  fieldOf: { en: (layer: string) => `Effective field of ${layer}`, ru: (layer: string) => `Действительное поле слоя ${layer}` },
  fieldLead: {
    en: (n: number) => `How much each pixel counts for the middle cell: mean absolute gradient over ${integer(n)} ${plural('en', n, 'picture', 'pictures')}. Dashed: what it could see. Circle: two deviations of the fitted Gaussian.`,
    ru: (n: number) => `Сколько значит каждый пиксель для средней клетки: средний модуль градиента, картинок: ${integer(n)}. Штрихи — что она могла бы видеть. Овал — два отклонения подобранной гауссианы.`,
  },
  couldSee: { en: 'Could see', ru: 'Могла бы видеть' },
  reallySees: { en: 'Really sees', ru: 'Видит на деле' },
  sigma: { en: 'Deviation of the Gaussian', ru: 'Отклонение гауссианы' },
  pixels: { en: (a: string, b: string) => `${a}×${b} pixels`, ru: (a: string, b: string) => `${a}×${b} пикселей` },
  ofWindow: { en: (share: string) => `${share} of the side`, ru: (share: string) => `${share} стороны` },
  along: { en: 'Along the columns', ru: 'Вдоль столбцов' },
  measured: { en: 'measured', ru: 'измерено' },
  gaussian: { en: 'Gaussian', ru: 'гауссиана' },
  layer: { en: 'Layer', ru: 'Слой' },
  pixelsSquare: { en: (side: string) => `${side} pixels a side`, ru: (side: string) => `${side} пикселя по стороне` },

  repeatTitle: { en: 'The same page again', ru: 'Та же страница ещё раз' },
} as const satisfies Dictionary;

export const v = teller(survey);
export const asCosine = (value: number): string => fixed(value, 3);
