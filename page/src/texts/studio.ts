// The studio: its frame, its home.
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const studio = {
  places: { en: 'Places', ru: 'Разделы' },
  home: { en: 'Start', ru: 'Начало' },
  convolve: { en: 'Convolve', ru: 'Свёртка' },
  net: { en: 'Network', ru: 'Сеть' },
  train: { en: 'Train', ru: 'Обучение' },
  draw: { en: 'Draw', ru: 'Рисунок' },
  look: { en: 'Look', ru: 'Взгляд' },
  data: { en: 'Data', ru: 'Данные' },
  compare: { en: 'Compare', ru: 'Сравнение' },
  course: { en: 'Lessons', ru: 'Уроки' },
  run: { en: 'Run', ru: 'Запуск' },
  lesson: { en: 'Lesson', ru: 'Урок' },

  homeTitle: { en: 'What would you like to see?', ru: 'Что посмотрим?' },
  homeLead: {
    en: 'A line of text is a network; your pictures train it; every number in it can be seen. All of it here, on this machine.',
    ru: 'Строка текста — сеть; ваши картинки её обучат; любое число в ней можно увидеть. Всё здесь, на этом компьютере.',
  },
  convolveLead: {
    en: 'A filter slides over a picture: every window, product and sum.',
    ru: 'Фильтр скользит по картинке: каждое окно, произведение, сумма.',
  },
  netLead: {
    en: 'Write a network as a line of text; its diagram, sizes and cost follow.',
    ru: 'Напишите сеть строкой текста: схема, размеры и цена — сразу.',
  },
  trainLead: {
    en: 'Pictures in, a network out. Watch it learn; stop and go on at any time.',
    ru: 'Картинки — на входе, сеть — на выходе. Смотрите, как она учится.',
  },
  drawLead: {
    en: 'Draw a digit; every layer and the answer follow the stroke.',
    ru: 'Нарисуйте цифру: слои и ответ следуют за рукой.',
  },
  lookLead: {
    en: 'A picture on its way through a network, layer by layer.',
    ru: 'Путь картинки через сеть, слой за слоем.',
  },
  dataLead: {
    en: 'Browse pictures by class; find what is wrong with them.',
    ru: 'Картинки по классам; что с ними не так.',
  },
  compareLead: {
    en: 'Several networks on the same pictures, side by side.',
    ru: 'Несколько сетей на одних и тех же картинках.',
  },
  courseLead: {
    en: 'Short experiments on the lectures, each with its numbers.',
    ru: 'Короткие опыты по лекциям, в каждом — свои числа.',
  },
  sameCommand: { en: 'The same on the command line', ru: 'То же в командной строке' },
  latest: { en: 'Latest runs', ru: 'Последние запуски' },
  noRuns: {
    en: 'Nothing has been trained in this folder yet. The first network takes about a minute.',
    ru: 'В этой папке ещё ничего не обучали. Первая сеть займёт около минуты.',
  },
  trainFirst: { en: 'Train the first one', ru: 'Обучить первую' },
  allRuns: { en: 'All runs', ru: 'Все запуски' },

  noSuchPlace: { en: 'There is no such place in the studio.', ru: 'Такого раздела в студии нет.' },
  toHome: { en: 'To the start', ru: 'К началу' },
  screenFailed: {
    en: 'This screen could not be drawn. What went wrong:',
    ru: 'Этот раздел нарисовать не удалось. Что случилось:',
  },
  again: { en: 'Try again', ru: 'Попробовать ещё раз' },

  lostTitle: { en: 'The studio does not answer.', ru: 'Студия не отвечает.' },
  lostRemedy: {
    en: 'Is it still running in its terminal? Start it again with svertka studio: this page goes on where it was.',
    ru: 'Работает ли она ещё в своём терминале? Запустите её снова: svertka studio, и эта страница продолжит с того же места.',
  },
  foundAgain: { en: 'The studio answers again.', ru: 'Студия снова отвечает.' },

  present: { en: 'Present', ru: 'Показ' },
  presentOn: { en: 'Present: large type, one thing at a time', ru: 'Показ: крупно и по одному' },
  presentOff: { en: 'End the presentation', ru: 'Закончить показ' },
  before: { en: 'Before', ru: 'Назад' },
  next: { en: 'Next', ru: 'Дальше' },
  pageOf: { en: (at: number, all: number) => `${at} of ${all}`, ru: (at: number, all: number) => `${at} из ${all}` },

  shortcuts: { en: 'Keys', ru: 'Клавиши' },
  closeHelp: { en: 'Close', ru: 'Закрыть' },
  keysOn: { en: 'Keys of one letter work', ru: 'Клавиши из одной буквы действуют' },
  keyGo: { en: 'Go to a place', ru: 'Перейти в раздел' },
  keyHome: { en: 'To the start', ru: 'К началу' },
  keyPresent: { en: 'Present, and back', ru: 'Показ и обратно' },
  keyPages: { en: 'Next and previous thing while presenting', ru: 'Дальше и назад во время показа' },
  keyTheme: { en: 'Light or dark', ru: 'Светлая или тёмная тема' },
  keyLang: { en: 'Russian or English', ru: 'Русский или английский' },
  keyHelp: { en: 'This list', ru: 'Этот список' },
  keyArrows: { en: 'Walk over the cells of a map', ru: 'Ходить по клеткам карты' },
  keySpace: { en: 'Play or pause, on a map', ru: 'Показ или пауза, стоя на карте' },
} as const satisfies Dictionary;

export const s = teller(studio);
