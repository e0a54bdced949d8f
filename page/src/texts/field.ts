// Receptive fields: point at a number, see what it looks at.
import { integer } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const fieldTexts = {
  fdTitle: { en: 'What a number looks at', ru: 'Куда смотрит число' },
  fdLead: {
    en: 'Choose a layer and point at a number of its map, or use the arrow keys.',
    ru: 'Выберите слой и наведите указатель на число его карты; можно и стрелками.',
  },
  fdLayer: { en: 'Layer', ru: 'Слой' },
  fdPicture: { en: (h: number, w: number) => `the picture, ${h}×${w}`, ru: (h: number, w: number) => `картинка, ${h}×${w}` },
  fdMap: {
    en: (h: number, w: number, maps: number) => `a map of this layer, ${h}×${w}; there are ${integer(maps)} of them`,
    ru: (h: number, w: number, maps: number) => `карта этого слоя, ${h}×${w}; всего их ${integer(maps)}`,
  },
  fdAt: {
    en: (row: number, column: number) => `The number in row ${row}, column ${column}`,
    ru: (row: number, column: number) => `Число в строке ${row}, столбце ${column}`,
  },
  fdSees: {
    en: (h: number, w: number) => `sees a window of ${h}×${w} pixels`,
    ru: (h: number, w: number) => `видит окно ${h}×${w} пикселей`,
  },
  fdRows: {
    en: (first: number, last: number) => `rows ${first} to ${last}`,
    ru: (first: number, last: number) => `строки с ${first} по ${last}`,
  },
  fdColumns: {
    en: (first: number, last: number) => `columns ${first} to ${last}`,
    ru: (first: number, last: number) => `столбцы с ${first} по ${last}`,
  },
  fdOutside: {
    en: (share: string) => `Of the window ${share} is padding beyond the picture.`,
    ru: (share: string) => `За краем картинки, в паддинге, лежит ${share} окна.`,
  },
  fdWhole: { en: 'the whole picture', ru: 'вся картинка' },
  fdStep: {
    en: (step: string) => `Its neighbour looks ${step} px further.`,
    ru: (step: string) => `Соседнее смотрит на ${step} пикс. дальше.`,
  },
  fdSize: { en: 'window', ru: 'окно' },
  fdStepShort: { en: 'step', ru: 'шаг' },
  fdNone: { en: 'No layer of this network has places.', ru: 'У слоёв этой сети нет мест на картинке.' },
} as const satisfies Dictionary;

/** A text about receptive fields in the reader's language. */
export const f = teller(fieldTexts);
