// The frame around every view, and what all figures share.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export const frame = {
  brandLine: { en: 'a workbench for convolutional networks', ru: 'мастерской свёрточных сетей' },
  skip: { en: 'Skip to the content', ru: 'Сразу к содержанию' },
  contents: { en: 'Contents', ru: 'Содержание' },
  language: { en: 'Language', ru: 'Язык' },
  toDark: { en: 'Dark theme', ru: 'Тёмная тема' },
  toLight: { en: 'Light theme', ru: 'Светлая тема' },
  madeBy: { en: 'Made by', ru: 'Сделано в' },
  untitled: { en: 'Untitled', ru: 'Без названия' },

  kindReport: { en: 'Training report', ru: 'Отчёт об обучении' },
  kindNet: { en: 'Network', ru: 'Сеть' },
  kindScores: { en: 'Scores', ru: 'Оценка' },
  kindData: { en: 'Data', ru: 'Данные' },
  kindPredictions: { en: 'Predictions', ru: 'Предсказания' },
  kindFolds: { en: 'Training in folds', ru: 'Обучение по частям' },
  kindComparison: { en: 'Comparison of networks', ru: 'Сравнение сетей' },
  kindHealth: { en: 'Check of the data', ru: 'Проверка данных' },
  kindOther: { en: 'Record', ru: 'Запись' },

  emptyPage: {
    en: 'There is nothing to draw: this page holds no record.',
    ru: 'Показывать нечего: в этой странице нет записи.',
  },
  damagedPage: {
    en: 'The record inside this page is damaged and cannot be read.',
    ru: 'Запись внутри этой страницы повреждена, прочитать её нельзя.',
  },
  newerFormat: {
    en: 'This record was written by a newer svertka; some of it may not be shown.',
    ru: 'Запись сделана более новой версией svertka; часть её может быть не показана.',
  },
  partFailed: {
    en: 'This part could not be drawn. Its numbers:',
    ru: 'Эту часть нарисовать не удалось. Её числа:',
  },

  asNumbers: { en: 'As numbers', ru: 'В числах' },
  hideNumbers: { en: 'Hide numbers', ru: 'Скрыть числа' },
  saveCsv: { en: 'Save as CSV', ru: 'Сохранить CSV' },
  saveJson: { en: 'Save as JSON', ru: 'Сохранить JSON' },
  saveSvg: { en: 'Save as SVG', ru: 'Сохранить SVG' },
  copy: { en: 'Copy', ru: 'Скопировать' },
  copied: { en: 'Copied', ru: 'Скопировано' },
  copyFailed: { en: 'Select and copy by hand', ru: 'Выделите и скопируйте вручную' },
  showAll: {
    en: (n: number) => `Show all ${integer(n)}`,
    ru: (n: number) => `Показать все ${integer(n)}`,
  },
  showLess: { en: 'Show fewer', ru: 'Показать меньше' },
  rowsShown: {
    en: (shown: number, all: number) =>
      `The first ${integer(shown)} of ${integer(all)} rows are shown; the file has all of them.`,
    ru: (shown: number, all: number) =>
      `Показаны первые ${integer(shown)} из ${integer(all)} строк; в файле — все.`,
  },
  find: { en: 'Find a class', ru: 'Найти класс' },
  nothingFound: { en: 'No class has such a name.', ru: 'Класса с таким именем нет.' },
  sorted: { en: 'Sort by this column', ru: 'Сортировать по этому столбцу' },
  items: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'item', 'items')}`,
    ru: (n: number) => `${integer(n)} ${plural('ru', n, 'элемент', 'элемента', 'элементов')}`,
  },
  more: { en: (n: number) => `${integer(n)} more`, ru: (n: number) => `ещё ${integer(n)}` },
  yes: { en: 'yes', ru: 'да' },
  no: { en: 'no', ru: 'нет' },
} as const satisfies Dictionary;
