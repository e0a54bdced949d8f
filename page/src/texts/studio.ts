// The studio: its frame, its home.
import { teller } from './index.ts';
import type { Dictionary } from './both.ts';

export const studio = {
  studio: { en: 'Studio', ru: 'Студия' },
  places: { en: 'Places', ru: 'Разделы' },
  home: { en: 'Start', ru: 'Начало' },
  convolve: { en: 'Convolve', ru: 'Свёртка' },
  net: { en: 'Network', ru: 'Сеть' },
  train: { en: 'Train', ru: 'Обучение' },
  draw: { en: 'Draw', ru: 'Рисунок' },
  look: { en: 'Look', ru: 'Взгляд внутрь' },
  data: { en: 'Data', ru: 'Данные' },
  compare: { en: 'Compare', ru: 'Сравнение' },
  lessons: { en: 'Lessons', ru: 'Уроки' },
  noSuchPlace: { en: 'There is no such place in the studio.', ru: 'Такого раздела в студии нет.' },
  toHome: { en: 'To the start', ru: 'К началу' },
} as const satisfies Dictionary;

export const s = teller(studio);
