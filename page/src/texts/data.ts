// The pictures: what the network expects, what there was.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export const data = {
  dataName: { en: 'Name', ru: 'Название' },
  data: { en: 'Data', ru: 'Данные' },
  dataLead: {
    en: 'What the network was shown, and what it expects of every picture from now on.',
    ru: 'На чём сеть училась и чего она ждёт от каждой новой картинки.',
  },
  contract: { en: 'What the network expects', ru: 'Что сеть ждёт на входе' },
  contractLead: {
    en: 'Measured on the training part alone and stored with the model: every later picture is brought to this form.',
    ru: 'Измерено только по обучающей части и хранится вместе с моделью: к этому виду приводится каждая новая картинка.',
  },
  size: { en: 'Size', ru: 'Размер' },
  pixels: {
    en: (h: number, w: number) => `${integer(w)} × ${integer(h)} pixels`,
    ru: (h: number, w: number) =>
      `${integer(w)} × ${integer(h)} ${plural('ru', h, 'пиксель', 'пикселя', 'пикселей')}`,
  },
  channels: { en: 'Channels', ru: 'Каналы' },
  grey: { en: '1, grey', ru: '1, оттенки серого' },
  colour: { en: '3: red, green, blue', ru: '3: красный, зелёный, синий' },
  range: { en: 'Stored values', ru: 'Хранимые значения' },
  rangeText: {
    en: (low: string, high: string) => `${low} to ${high}`,
    ru: (low: string, high: string) => `от ${low} до ${high}`,
  },
  mean: { en: 'Mean, by channel', ru: 'Среднее по каналам' },
  std: { en: 'Standard deviation', ru: 'Стандартное отклонение' },
  scaled: { en: 'of values scaled to 0…1', ru: 'для значений, приведённых к 0…1' },
  fit: { en: 'Other sizes', ru: 'Другие размеры' },
  source: { en: 'Source', ru: 'Источник' },
  licence: { en: 'Licence', ru: 'Лицензия' },
  classCount: { en: 'Classes', ru: 'Классов' },
  inTheSet: { en: 'What there was', ru: 'Что было в наборе' },
  inTheSetLead: {
    en: 'Pictures by class and part. The test part is looked at once, at the end.',
    ru: 'Картинки по классам и частям. В тестовую часть смотрят один раз, в самом конце.',
  },
  examples: { en: 'Training pictures', ru: 'Обучающие картинки' },
  exampleAlt: {
    en: (name: string) => `A training picture of “${name}”`,
    ru: (name: string) => `Обучающая картинка класса «${name}»`,
  },
  inTheSetLeadLabels: {
    en: 'Pictures by label and part; a picture may have several labels or none. The test part is looked at once, at the end.',
    ru: 'Картинки по меткам и частям; у картинки может быть несколько меток или ни одной. В тестовую часть смотрят один раз, в самом конце.',
  },
  totalPictures: { en: 'All pictures', ru: 'Все картинки' },
  total: { en: 'All classes', ru: 'Все классы' },
  problems: { en: 'Problems found', ru: 'Что не так с данными' },
  noProblems: { en: 'No problems were found in the data.', ru: 'Проблем в данных не найдено.' },
  problemCount: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'problem', 'problems')}`,
    ru: (n: number) => `${integer(n)} ${plural('ru', n, 'замечание', 'замечания', 'замечаний')}`,
  },
  file: { en: 'Place', ru: 'Где' },
  reason: { en: 'What', ru: 'Что' },
} as const satisfies Dictionary;
