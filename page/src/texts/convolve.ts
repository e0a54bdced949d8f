// A filter that slides over a picture.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const convolve = {
  cvPicture: { en: 'Picture', ru: 'Картинка' },
  cvNumbers: { en: 'Numbers', ru: 'Числа' },
  cvFilter: { en: 'Filter', ru: 'Фильтр' },
  cvFilterOf: { en: (n: number) => `Filter ${n}`, ru: (n: number) => `Фильтр ${n}` },
  cvMap: { en: 'Activation map', ru: 'Карта активации' },
  cvMapOf: { en: (n: number) => `Activation map ${n}`, ru: (n: number) => `Карта активации ${n}` },
  cvChannel: { en: (n: number) => `Channel ${n}`, ru: (n: number) => `Канал ${n}` },
  cvRed: { en: 'Red', ru: 'Красный' },
  cvGreen: { en: 'Green', ru: 'Зелёный' },
  cvBlue: { en: 'Blue', ru: 'Синий' },
  cvRelu: { en: 'After ReLU', ru: 'После ReLU' },
  cvMaxPool: { en: 'After max-pooling', ru: 'После максимального пулинга' },
  cvAveragePool: { en: 'After average pooling', ru: 'После усредняющего пулинга' },
  cvAfterPool: { en: 'After pooling', ru: 'После пулинга' },

  cvSize: { en: 'Filter size', ru: 'Размер фильтра' },
  cvStride: { en: 'Stride', ru: 'Шаг' },
  cvPadding: { en: 'Padding', ru: 'Паддинг' },
  cvDilation: { en: 'Dilation', ru: 'Расширение' },
  cvBias: { en: 'Bias', ru: 'Сдвиг' },
  cvLess: { en: (what: string) => `${what}: less`, ru: (what: string) => `${what}: меньше` },
  cvMore: { en: (what: string) => `${what}: more`, ru: (what: string) => `${what}: больше` },
  cvWeight: {
    en: (row: number, column: number) => `Weight in row ${row}, column ${column}`,
    ru: (row: number, column: number) => `Вес в строке ${row}, столбце ${column}`,
  },
  cvNumber: {
    en: (row: number, column: number) => `Number in row ${row}, column ${column}`,
    ru: (row: number, column: number) => `Число в строке ${row}, столбце ${column}`,
  },

  cvPlay: { en: 'Play', ru: 'Показать' },
  cvPause: { en: 'Pause', ru: 'Пауза' },
  cvBack: { en: 'Step back', ru: 'Шаг назад' },
  cvStep: { en: 'Step', ru: 'Шаг вперёд' },
  cvAll: { en: 'Whole map', ru: 'Вся карта' },
  cvBoard: {
    en: (name: string, high: number, wide: number) => `${name}, ${high} by ${wide}. Arrow keys choose a cell.`,
    ru: (name: string, high: number, wide: number) => `${name}, ${high} на ${wide}. Клетку выбирают стрелками.`,
  },
  cvHint: {
    en: 'Point at a cell of the map, or walk with the arrow keys.',
    ru: 'Наведите на клетку карты или идите по ней стрелками.',
  },
  cvWindow: { en: 'Window', ru: 'Окно' },
  cvProducts: { en: 'Products', ru: 'Произведения' },
  cvCell: {
    en: (row: number, column: number) => `Row ${integer(row)}, column ${integer(column)}`,
    ru: (row: number, column: number) => `Строка ${integer(row)}, столбец ${integer(column)}`,
  },
  cvSum: { en: 'Sum of the products', ru: 'Сумма произведений' },
  cvSumChannels: { en: 'Sum over the channels', ru: 'Сумма по каналам' },
  cvLargest: { en: 'Largest', ru: 'Наибольшее' },
  cvMean: { en: 'Mean', ru: 'Среднее' },
  cvStaysSame: { en: 'is not negative and stays', ru: 'не отрицательно и остаётся' },
  cvBecomesZero: { en: 'is negative and becomes 0', ru: 'отрицательно и становится 0' },
  cvPaddingCell: { en: 'padding: zero beyond the edge', ru: 'паддинг: ноль за краем' },
  cvRow: { en: 'row', ru: 'строка' },
  cvColumn: { en: 'column', ru: 'столбец' },
  cvValue: { en: 'value', ru: 'число' },

  cvHeight: { en: 'Height', ru: 'Высота' },
  cvWidth: { en: 'Width', ru: 'Ширина' },
  cvFormula: { en: 'Size of the map', ru: 'Размер карты' },
  cvInputSize: { en: 'Picture', ru: 'Картинка' },
  cvFloored: {
    en: (value: string, whole: number) => `${value} is not whole: the filter does not come out even at the edge. Frameworks round down to ${whole}.`,
    ru: (value: string, whole: number) => `${value} — не целое: у края фильтр не укладывается ровно. Библиотеки округляют вниз до ${whole}.`,
  },
  cvWeights: {
    en: (filters: number, kernel: string, channels: number, bias: number, all: string) =>
      `${filters} · ${kernel}·${channels} ${bias ? `+ ${bias} ` : ''}= ${all} ${plural('en', filters, 'weight', 'weights')}`,
    ru: (filters: number, kernel: string, channels: number, bias: number, all: string) =>
      `${filters} · ${kernel}·${channels} ${bias ? `+ ${bias} ` : ''}= весов: ${all}`,
  },
  cvLarger: {
    en: (kernel: string, size: string) => `The filter covers ${kernel} and does not fit the picture of ${size}: there is no place to put it.`,
    ru: (kernel: string, size: string) => `Фильтр накрывает ${kernel} и не помещается на картинке ${size}: его некуда приложить.`,
  },
  cvLargerRemedy: {
    en: (padding: number) => `Take a smaller filter or dilation, a larger picture, or padding of ${padding} or more.`,
    ru: (padding: number) => `Возьмите фильтр или расширение поменьше, картинку побольше или паддинг от ${padding}.`,
  },
  cvChannelsDiffer: {
    en: (input: number, filter: number) => `The picture has ${input} ${plural('en', input, 'channel', 'channels')}, the filter ${filter}: it needs one slice for each.`,
    ru: (input: number, filter: number) => `У картинки каналов ${input}, у фильтра ${filter}: на каждый канал нужен свой слой фильтра.`,
  },
  cvNothing: { en: 'There is no picture yet.', ru: 'Картинки пока нет.' },
} as const satisfies Dictionary;

export const c = teller(convolve);
