// Several nets side by side.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export interface CompareStory {
  nets: number;
  seeds: number;
  length: string | null;
  data: string;
  part: string;
  n: number;
}

const EN_PARTS: Record<string, string> = { test: 'test ', val: 'validation ' };
const RU_PARTS: Record<string, string> = { test: 'тестовых ', val: 'валидационных ' };
const word = (part: string, words: Record<string, string>) =>
  Object.hasOwn(words, part) ? (words[part] ?? '') : '';

function storyEn(s: CompareStory): string {
  const nets = `${integer(s.nets)} ${plural('en', s.nets, 'network', 'networks')}`;
  const times = s.seeds === 1 ? 'once' : `${integer(s.seeds)} times with different seeds`;
  const length = s.length ? `, ${s.length} each time` : '';
  return `${nets} trained on ${s.data} ${times}${length}, scored on ${integer(s.n)} ${word(s.part, EN_PARTS)}${plural('en', s.n, 'picture', 'pictures')}.`;
}

function storyRu(s: CompareStory): string {
  const nets = `${integer(s.nets)} ${plural('ru', s.nets, 'сеть обучена', 'сети обучены', 'сетей обучено')}`;
  const times =
    s.seeds === 1
      ? 'по одному разу'
      : `по ${integer(s.seeds)} ${plural('ru', s.seeds, 'разу', 'раза', 'раз')} с разными зёрнами`;
  const length = s.length ? `, каждый раз ${s.length}` : '';
  return `На наборе ${s.data} ${nets} ${times}${length}; оценка на ${integer(s.n)} ${word(s.part, RU_PARTS)}${plural('ru', s.n, 'картинке', 'картинках', 'картинках')}.`;
}

export const compare = {
  compareStory: { en: storyEn, ru: storyRu },
  compareBest: {
    en: (value: string) => `has the highest accuracy, ${value}`,
    ru: (value: string) => `— самая высокая доля верных ответов, ${value}`,
  },
  compareBestMap: {
    en: (value: string) => `has the highest mean average precision, ${value}`,
    ru: (value: string) => `— самая высокая средняя точность (mAP), ${value}`,
  },
  compareLeadReal: {
    en: 'It is better than every other network by more than chance.',
    ru: 'Отрыв от каждой другой сети больше, чем бывает случайно.',
  },
  compareLeadChance: {
    en: 'Its lead may be chance over:',
    ru: 'Случайным может быть отрыв от:',
  },
  compareOneSeed: {
    en: 'One training of each: how much another training would change is not counted.',
    ru: 'Каждая сеть обучена один раз: разброс от обучения к обучению не учтён.',
  },
  compareEpochs: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'epoch', 'epochs')}`,
    ru: (n: number) => `${integer(n)} ${plural('ru', n, 'эпоха', 'эпохи', 'эпох')}`,
  },

  compareTable: { en: 'Side by side', ru: 'Рядом' },
  compareTableLead: {
    en: 'Means over the seeds; below each score its 95% interval, for other pictures and for other trainings. Choose a heading to sort.',
    ru: 'Средние по зёрнам; под каждой оценкой её 95-процентный интервал: для других картинок и других обучений. Нажмите на заголовок, чтобы отсортировать.',
  },
  compareAll: { en: 'All networks', ru: 'Все сети' },
  compareNet: { en: 'Network', ru: 'Сеть' },
  compareAccuracy: { en: 'Accuracy', ru: 'Верных ответов' },
  compareMap: { en: 'Average precision (mAP)', ru: 'Средняя точность (mAP)' },
  compareF1: { en: 'F1, macro', ru: 'F1-мера' },
  compareTraining: { en: 'Trains, pictures/s', ru: 'Учится, карт./с' },
  compareAnswering: {
    en: (n: number) => `Answers ${n === 1 ? 'one by one' : `${integer(n)} at once`}, pictures/s`,
    ru: (n: number) => `Отвечает ${n === 1 ? 'по одной' : `по ${integer(n)}`}, карт./с`,
  },
  compareTo: {
    en: (share: string) => `Seconds to ${share}`,
    ru: (share: string) => `Секунд до ${share}`,
  },
  compareMemory: { en: 'Memory', ru: 'Память' },
  compareNotes: {
    en: 'Seconds to a share: of training until the first score reached it on validation, the median of the seeds; a dash: most trainings never did. Memory: the most that a training held, the framework included.',
    ru: 'Секунды до доли: время обучения, пока первая из оценок на валидации впервые её достигла, медиана по зёрнам; прочерк: большинство обучений не достигло. Память: наибольшая за обучение, вместе с самим фреймворком.',
  },

  compareCost: { en: 'Quality and cost', ru: 'Качество и цена' },
  compareCostLead: {
    en: 'Higher is better, further left is cheaper. The bar is the 95% interval. Both axes are stretched: each step halves the mistakes upwards and multiplies the cost to the right.',
    ru: 'Чем выше, тем лучше; чем левее, тем дешевле. Отрезок — 95-процентный интервал. Обе оси растянуты: вверх с каждым шагом меньше ошибок, вправо цена растёт в разы.',
  },
  compareCostTitle: { en: 'What quality costs', ru: 'Сколько стоит качество' },
  compareMs: { en: 'Milliseconds for a picture', ru: 'Миллисекунд на картинку' },
  compareAxis: { en: 'Cost', ru: 'Цена' },

  compareCurves: { en: 'Learning', ru: 'Обучение' },
  compareCurvesLead: {
    en: 'Accuracy on validation, one line for each training. The axis is stretched towards 100% so that the last mistakes are seen.',
    ru: 'Верные ответы на валидации, линия для каждого обучения. Ось растянута к 100\u00a0%, чтобы были видны последние ошибки.',
  },
  compareCurvesLeadMap: {
    en: 'Mean average precision on validation, one line for each training. The axis is stretched towards 100% so that the last mistakes are seen.',
    ru: 'Средняя точность (mAP) на валидации, линия для каждого обучения. Ось растянута к 100\u00a0%, чтобы были видны последние ошибки.',
  },
  compareCurvesTitle: { en: 'How they learned', ru: 'Как сети учились' },
  compareOverSeconds: { en: 'Over seconds', ru: 'По секундам' },
  compareOverEpochs: { en: 'Over epochs', ru: 'По эпохам' },
  compareSeed: { en: 'Seed', ru: 'Зерно' },
  comparePoint: {
    en: (seed: number, epoch: number, seconds: string, share: string) =>
      `seed ${integer(seed)}, epoch ${integer(epoch)}, ${seconds}: ${share}`,
    ru: (seed: number, epoch: number, seconds: string, share: string) =>
      `зерно ${integer(seed)}, эпоха ${integer(epoch)}, ${seconds}: ${share}`,
  },
  comparePickPoint: { en: 'Point at a line to read it.', ru: 'Наведите на линию, чтобы её прочесть.' },

  compareDifferences: { en: 'Differences', ru: 'Различия' },
  compareDifferencesTitle: { en: 'Which differences are real', ru: 'Какие различия настоящие' },
  compareDifferencesLead: {
    en: 'A cell is the row’s network minus the column’s, in percentage points. Filled: more than other pictures and other trainings would change. Pale: may be chance.',
    ru: 'Клетка — сеть строки минус сеть столбца, в процентных пунктах. Закрашена: больше, чем изменили бы другие картинки и другие обучения. Бледная: может быть случайностью.',
  },
  compareTest: {
    en: (pairs: number) =>
      `Paired t-test, picture by picture, with the variance between trainings; p corrected by Holm for ${integer(pairs)} ${plural('en', pairs, 'pair', 'pairs')}: the chance of even one false “real” is 5% at most.`,
    ru: (pairs: number) =>
      `Парный t-критерий, картинка за картинкой, с разбросом между обучениями; p с поправкой Холма на ${integer(pairs)} ${plural('ru', pairs, 'пару', 'пары', 'пар')}: вероятность хотя бы одного ложного «настоящего» различия не больше 5\u00a0%.`,
  },
  compareTestOne: {
    en: (pairs: number) =>
      `McNemar’s test with Edwards’s correction; p corrected by Holm for ${integer(pairs)} ${plural('en', pairs, 'pair', 'pairs')}.`,
    ru: (pairs: number) =>
      `Критерий Мак-Немара с поправкой Эдвардса; p с поправкой Холма на ${integer(pairs)} ${plural('ru', pairs, 'пару', 'пары', 'пар')}.`,
  },
  compareTestLabels: {
    en: (pairs: number) =>
      `Paired t-test by how much each picture moves the score; p corrected by Holm for ${integer(pairs)} ${plural('en', pairs, 'pair', 'pairs')}. How much another training would change, one seed cannot tell.`,
    ru: (pairs: number) =>
      `Парный t-критерий по тому, насколько каждая картинка меняет оценку; p с поправкой Холма на ${integer(pairs)} ${plural('ru', pairs, 'пару', 'пары', 'пар')}. Что изменило бы другое обучение, по одному зерну сказать нельзя.`,
  },
  compareDifference: { en: 'Difference', ru: 'Разность' },
  comparePair: {
    en: (value: string, range: string, p: string, real: boolean) =>
      `${value} points (${range}), p ${p}: ${real ? 'real' : 'may be chance'}`,
    ru: (value: string, range: string, p: string, real: boolean) =>
      `${value} п.\u00a0п. (${range}), p ${p}: ${real ? 'настоящее различие' : 'может быть случайностью'}`,
  },
  comparePickCell: { en: 'Choose a cell to read it.', ru: 'Выберите клетку, чтобы её прочесть.' },
  comparePValue: { en: 'p, corrected', ru: 'p с поправкой' },
  compareReal: { en: 'Real', ru: 'Настоящее' },
  compareFirst: { en: 'Network', ru: 'Сеть' },
  compareSecond: { en: 'minus', ru: 'минус' },

  compareRuns: { en: 'Runs', ru: 'Запуски' },
  compareRunsTitle: { en: 'Every training', ru: 'Каждое обучение' },
  compareRunsLead: {
    en: 'Each is a run of its own with a report, and a model that predicts.',
    ru: 'Каждое — отдельный запуск со своим отчётом и моделью, готовой к предсказаниям.',
  },
  compareBestEpoch: { en: 'Epoch kept', ru: 'Выбрана эпоха' },
  compareReport: { en: 'Report', ru: 'Отчёт' },
  compareFailed: { en: 'failed', ru: 'не удалось' },
  compareReason: { en: 'Reason', ru: 'Причина' },
  compareNothing: {
    en: 'No network was trained to its end; the reasons stand below.',
    ru: 'Ни одна сеть не обучена до конца; причины ниже.',
  },
} as const satisfies Dictionary;
