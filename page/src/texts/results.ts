// Scores, confusion, mistakes, classes, confidence.
import { integer, percent, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

const pictures = (n: number) => `${integer(n)} ${plural('en', n, 'picture', 'pictures')}`;
const onPictures = (n: number) =>
  `${integer(n)} ${plural('ru', n, 'картинке', 'картинках', 'картинках')}`;
const картинок = (n: number) =>
  `${integer(n)} ${plural('ru', n, 'картинка', 'картинки', 'картинок')}`;

const EN_PARTS: Record<string, string> = { test: 'test ', val: 'validation ', train: 'training ', 'out-of-fold': 'out-of-fold ' };
const RU_PARTS: Record<string, string> = {
  test: 'тестовой /тестовых ',
  val: 'валидационной /валидационных ',
  train: 'обучающей /обучающих ',
  'out-of-fold': 'отложенной /отложенных ',
};
const kind = (part: string, words: Record<string, string>) =>
  Object.hasOwn(words, part) ? (words[part] ?? '') : '';

export const results = {
  result: { en: 'Result', ru: 'Итог' },
  unscored: {
    en: 'Not scored yet: the training was stopped before its end.',
    ru: 'Оценки пока нет: обучение остановлено раньше конца.',
  },
  headline: {
    en: (n: number, part: string) => `of ${integer(n)} ${kind(part, EN_PARTS)}${plural('en', n, 'picture', 'pictures')} recognised correctly`,
    ru: (n: number, part: string) => {
      const [one = '', many = ''] = kind(part, RU_PARTS).split('/');
      const adjective = plural('ru', n, one, many, many);
      return `верных ответов на ${integer(n)} ${adjective}${plural('ru', n, 'картинке', 'картинках', 'картинках')}`;
    },
  },
  interval: {
    en: (level: number) => `${percent(level, 0)} confidence interval`,
    ru: (level: number) => `${percent(level, 0)}-й доверительный интервал`,
  },
  bootstrap: {
    en: (n: number) => `bootstrap, ${integer(n)} resamples`,
    ru: (n: number) =>
      `бутстреп, ${integer(n)} ${plural('ru', n, 'повторная выборка', 'повторные выборки', 'повторных выборок')}`,
  },
  metric: { en: 'Metric', ru: 'Показатель' },
  value: { en: 'Value', ru: 'Значение' },
  low: { en: 'Low', ru: 'От' },
  high: { en: 'High', ru: 'До' },
  fromTo: { en: 'Interval', ru: 'Интервал' },
  allMetrics: { en: 'All scores', ru: 'Все показатели' },

  mistakes: { en: 'Mistakes', ru: 'Ошибки' },
  confusion: { en: 'Confusion matrix', ru: 'Матрица ошибок' },
  confusionLead: {
    en: 'A row is the true class, a column the network’s answer. Correct answers lie on the diagonal (blue); everything else is a mistake (orange).',
    ru: 'Строка — верный класс, столбец — ответ сети. Верные ответы лежат на диагонали (синие), всё остальное — ошибки (оранжевые).',
  },
  confusionMapLead: {
    en: 'With so many classes each cell is a dot: a row is the true class, a column the answer. Orange dots off the diagonal are mistakes.',
    ru: 'Классов так много, что клетка стала точкой: строка — верный класс, столбец — ответ. Оранжевые точки вне диагонали — ошибки.',
  },
  trueClass: { en: 'True class', ru: 'Верный класс' },
  answer: { en: 'Answer', ru: 'Ответ сети' },
  count: { en: 'Pictures', ru: 'Картинок' },
  shareOfRow: { en: 'Share of the class', ru: 'Доля класса' },
  counts: { en: 'Pictures', ru: 'Картинки' },
  shares: { en: 'Shares', ru: 'Доли' },
  show: { en: 'In the cells', ru: 'В клетках' },
  few: { en: 'few', ru: 'мало' },
  many: { en: 'many', ru: 'много' },
  legendRight: { en: 'correct', ru: 'верно' },
  legendWrong: { en: 'mistakes', ru: 'ошибки' },
  cellRight: {
    en: (name: string, n: number, all: number) =>
      `“${name}” recognised: ${integer(n)} of ${integer(all)} (${percent(all ? n / all : 0)})`,
    ru: (name: string, n: number, all: number) =>
      `«${name}» узнано верно: ${integer(n)} из ${integer(all)} (${percent(all ? n / all : 0)})`,
  },
  cellWrong: {
    en: (truth: string, answer: string, n: number, all: number) =>
      `“${truth}” taken for “${answer}”: ${integer(n)} of ${integer(all)} (${percent(all ? n / all : 0)})`,
    ru: (truth: string, answer: string, n: number, all: number) =>
      `«${truth}» принято за «${answer}»: ${integer(n)} из ${integer(all)} (${percent(all ? n / all : 0)})`,
  },
  pickCell: {
    en: 'Point at a cell, tap it, or move with the arrow keys.',
    ru: 'Наведите на клетку, коснитесь её или идите стрелками.',
  },
  confusedPairs: { en: 'Confused most often', ru: 'Чаще всего путает' },
  takenFor: { en: 'taken for', ru: 'принято за' },
  noMistakes: {
    en: 'Not one mistake on these pictures.',
    ru: 'На этих картинках нет ни одной ошибки.',
  },
  errorCount: {
    en: (wrong: number, all: number) =>
      `${integer(wrong)} ${plural('en', wrong, 'mistake', 'mistakes')} on ${pictures(all)}`,
    ru: (wrong: number, all: number) =>
      `${integer(wrong)} ${plural('ru', wrong, 'ошибка', 'ошибки', 'ошибок')} на ${onPictures(all)}`,
  },
  worst: { en: 'The worst mistakes', ru: 'Самые грубые ошибки' },
  worstShort: { en: 'The worst', ru: 'Самые грубые' },
  worstLead: {
    en: 'Wrong answers that the network was most sure of.',
    ru: 'Неверные ответы, в которых сеть была увереннее всего.',
  },
  truth: { en: 'True', ru: 'Верно' },
  sure: { en: 'Confidence', ru: 'Уверенность' },
  picture: { en: 'Picture', ru: 'Картинка' },
  noPicture: { en: 'no picture', ru: 'нет картинки' },
  mistakeAlt: {
    en: (truth: string, answer: string) => `True class “${truth}”, the network answered “${answer}”`,
    ru: (truth: string, answer: string) => `Верный класс «${truth}», сеть ответила «${answer}»`,
  },

  worstLabelsLead: {
    en: 'Pictures whose true labels the network held for the least probable. The bar is the probability of its answer as a whole.',
    ru: 'Картинки, чьи верные метки сеть считала наименее вероятными. Полоска — вероятность её ответа целиком.',
  },
  noLabels: { en: 'no labels', ru: 'без меток' },
  together: { en: 'Labels together', ru: 'Метки вместе' },
  togetherLead: {
    en: 'How often two labels stand on one picture, in truth and in the network’s answers. Where the numbers differ, it takes one label for a sign of the other, or misses their company.',
    ru: 'Как часто две метки стоят на одной картинке — на деле и в ответах сети. Где числа расходятся, сеть выводит одну метку из другой или не замечает их вместе.',
  },
  pairOfLabels: { en: 'Two labels', ru: 'Две метки' },
  inTruth: { en: 'In truth', ru: 'На деле' },
  inAnswers: { en: 'In answers', ru: 'В ответах' },
  noPairs: {
    en: 'No picture has two labels, and none is given two.',
    ru: 'Ни у одной картинки нет двух меток, и ни одной сеть не дала двух.',
  },

  byLabel: { en: 'Labels', ru: 'Метки' },
  byLabelTitle: { en: 'Each label by itself', ru: 'Каждая метка отдельно' },
  byLabelLead: {
    en: 'Precision: how many of the pictures given a label have it. Recall: how many that have it were given it. Average precision and AUC tell how well probabilities order pictures, whatever the threshold; a label is given from its threshold on, which validation chose by the largest F1.',
    ru: 'Точность — у какой доли картинок, получивших метку, она верна. Полнота — какая доля имеющих метку её получила. Средняя точность и AUC говорят, как хорошо вероятности упорядочивают картинки при любом пороге; метка ставится с её порога, он выбран на валидации по наибольшей F1-мере.',
  },
  ap: { en: 'Average precision', ru: 'Средняя точность' },
  auc: { en: 'AUC', ru: 'AUC' },
  threshold: { en: 'Given from', ru: 'Порог' },

  byClass: { en: 'Classes', ru: 'Классы' },
  byClassTitle: { en: 'Each class by itself', ru: 'Каждый класс отдельно' },
  byClassLead: {
    en: 'Precision: how many of the answers “this class” are correct. Recall: how many of the class’s pictures were found. F1 is their harmonic mean.',
    ru: 'Точность — какая доля ответов «это данный класс» верна. Полнота — какая доля картинок класса найдена. F1-мера — их среднее гармоническое.',
  },
  classBars: {
    en: 'The bar is what is missing to 100%, against the worst value in the table.',
    ru: 'Полоска — сколько не хватает до 100\u00a0%, в сравнении с худшим значением таблицы.',
  },
  class: { en: 'Class', ru: 'Класс' },
  precision: { en: 'Precision', ru: 'Точность' },
  recall: { en: 'Recall', ru: 'Полнота' },
  f1: { en: 'F1', ru: 'F1-мера' },

  confidence: { en: 'Confidence', ru: 'Уверенность' },
  reliability: { en: 'Can its confidence be trusted?', ru: 'Можно ли верить её уверенности?' },
  reliabilityLead: {
    en: 'Of the answers given with a confidence of 90%, nine in ten should be correct. On the diagonal they are; below it the network is too sure of itself, above it too modest.',
    ru: 'Из ответов с уверенностью 90\u00a0% верными должны быть девять из десяти. На диагонали так и есть; ниже неё сеть слишком самоуверенна, выше — слишком осторожна.',
  },
  shareRight: { en: 'Correct answers', ru: 'Верных ответов' },
  meanConfidence: { en: 'Mean confidence', ru: 'Средняя уверенность' },
  reliabilityTitle: { en: 'Reliability diagram', ru: 'Диаграмма надёжности' },
  pickPoint: { en: 'Point at a dot to read it.', ru: 'Наведите на точку, чтобы её прочесть.' },
  keyPoint: { en: 'answers of about equal confidence', ru: 'ответы с близкой уверенностью' },
  keyFew: {
    en: (n: number) => `fewer than ${integer(n)} answers: says little`,
    ru: (n: number) => `ответов меньше ${integer(n)}: судить рано`,
  },
  keyGap: { en: 'how far confidence and truth differ', ru: 'насколько уверенность расходится с делом' },
  keyCount: {
    en: (most: string) => `how many answers, at most ${most} (root scale)`,
    ru: (most: string) => `сколько ответов, самое большее ${most} (корневая шкала)`,
  },
  perfect: { en: 'as sure as right', ru: 'уверенность оправданна' },
  binText: {
    en: (sure: string, right: string, n: number) =>
      `${sure} sure, correct in ${right}: ${pictures(n)}`,
    ru: (sure: string, right: string, n: number) =>
      `Уверена на ${sure}, права в ${right}: ${картинок(n)}`,
  },
  from: { en: 'From', ru: 'От' },
  to: { en: 'To', ru: 'До' },

  predictedClasses: { en: 'Answers by class', ru: 'Ответы по классам' },
  predictedList: { en: 'Each picture', ru: 'Каждая картинка' },
  predictedCount: {
    en: (n: number) => `${pictures(n)} answered`,
    ru: (n: number) => `Ответов: ${integer(n)}`,
  },
  second: { en: 'Second guess', ru: 'Второй вариант' },
} as const satisfies Dictionary;
