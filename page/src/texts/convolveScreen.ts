// The studio's screen of the sliding filter: which picture, which filter.
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const convolveScreen = {
  title: { en: 'A filter slides over a picture', ru: 'Фильтр скользит по картинке' },
  lead: {
    en: 'Multiply the window by the filter, add it all up: one number of the map. Then the next place.',
    ru: 'Умножить окно на фильтр, всё сложить — одно число карты. И дальше, на следующее место.',
  },
  choose: { en: 'Picture and filter', ru: 'Картинка и фильтр' },
  picture: { en: 'Picture', ru: 'Картинка' },
  four: { en: 'A four', ru: 'Четвёрка' },
  eight: { en: 'An eight', ru: 'Восьмёрка' },
  flower: { en: 'A flower', ru: 'Цветок' },
  tower: { en: 'A tower', ru: 'Башня' },
  numbers: { en: 'Own numbers', ru: 'Свои числа' },
  drawn: { en: 'Draw', ru: 'Нарисовать' },
  file: { en: 'Own picture', ru: 'Своя картинка' },
  dropHere: { en: 'Choose a file, or drop a picture anywhere on this page.', ru: 'Выберите файл или бросьте картинку на эту страницу.' },
  notAPicture: {
    en: (name: string) => `“${name}” is not a picture that the browser can read. Take a PNG, JPEG, WebP, GIF or BMP.`,
    ru: (name: string) => `«${name}» — не картинка, которую умеет читать браузер. Возьмите PNG, JPEG, WebP, GIF или BMP.`,
  },
  shrunk: {
    en: (from: string, to: string) => `Made smaller, from ${from} to ${to}, so that single cells can be seen.`,
    ru: (from: string, to: string) => `Уменьшена с ${from} до ${to}, чтобы было видно отдельные клетки.`,
  },
  pasteNumbers: { en: 'Numbers, a line a row', ru: 'Числа, строка за строкой' },
  badNumbers: {
    en: 'Every row needs equally many numbers, at most 64: “1 2 3” or “1, 2, 3”.',
    ru: 'В каждой строке нужно поровну чисел, не больше 64: «1 2 3» или «1, 2, 3».',
  },
  pad: {
    en: 'A square to draw on. Arrow keys move the pen, the space bar sets it down and lifts it.',
    ru: 'Квадрат для рисования. Стрелки двигают перо, пробел опускает и поднимает его.',
  },
  wipe: { en: 'Wipe', ru: 'Стереть' },
  filter: { en: 'Filter', ru: 'Фильтр' },
  identity: { en: 'Nothing', ru: 'Ничего' },
  vertical: { en: 'Vertical lines (Sobel)', ru: 'Вертикали (Собель)' },
  horizontal: { en: 'Horizontal lines (Sobel)', ru: 'Горизонтали (Собель)' },
  diagonal: { en: 'Diagonal ╱', ru: 'Диагональ ╱' },
  antidiagonal: { en: 'Diagonal ╲', ru: 'Диагональ ╲' },
  laplace: { en: 'All edges', ru: 'Все границы' },
  blur: { en: 'Blur', ru: 'Размытие' },
  sharpen: { en: 'Sharpen', ru: 'Резкость' },
  own: { en: 'Own', ru: 'Свой' },
  size: { en: 'Size', ru: 'Размер' },
  colour: { en: 'Colour', ru: 'Цвет' },
  grey: { en: 'Grey', ru: 'Серая' },
  one: { en: 'Colour: one filter, one map', ru: 'Цветная: один фильтр, одна карта' },
  three: { en: 'Colour: three maps', ru: 'Цветная: три карты' },
  after: { en: 'Then', ru: 'Затем' },
  none: { en: 'nothing', ru: 'ничего' },
  relu: { en: 'ReLU', ru: 'нелинейность ReLU' },
  reluMax: { en: 'ReLU, max-pooling', ru: 'ReLU и максимальный пулинг' },
  reluAverage: { en: 'ReLU, average pooling', ru: 'ReLU и усредняющий пулинг' },
  side: { en: 'Pooling', ru: 'Пулинг' },
  credit: { en: 'Photographs: vultilion, danielbuechele (CC BY 2.0)', ru: 'Фотографии: vultilion, danielbuechele (CC BY 2.0)' },
} as const satisfies Dictionary;

export const cs = teller(convolveScreen);
