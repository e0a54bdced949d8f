// Lessons and the course: the words of the frame; a lesson brings its own.
import { day, integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

export const lessonTexts = {
  kindLesson: { en: 'Lesson', ru: 'Урок' },
  kindCourse: { en: 'Course', ru: 'Курс' },
  lessons: { en: 'Lessons', ru: 'Уроки' },
  lessonsLead: {
    en: 'The experiments of the lectures, with numbers that you change.',
    ru: 'Опыты из лекций: меняйте числа и смотрите, что получится.',
  },
  loading: { en: 'Opening…', ru: 'Открываю…' },
  courseTitle: { en: 'Convolutional networks, alive', ru: 'Свёрточные сети вживую' },
  courseLead: {
    en: (n: number) =>
      `${integer(n)} ${plural('en', n, 'experiment', 'experiments')} from five lectures. Each begins with a question; change the parameters and see what comes out.`,
    ru: (n: number) =>
      `${integer(n)} ${plural('ru', n, 'опыт', 'опыта', 'опытов')} из пяти лекций. Каждый начинается с вопроса: меняйте параметры и смотрите, что получится.`,
  },
  lecture: { en: 'Lecture', ru: 'Лекция' },
  lecturesMany: { en: 'Lectures', ru: 'Лекции' },
  minutes: {
    en: (n: number) => `${integer(n)} min`,
    ru: (n: number) => `${integer(n)} мин`,
  },
  doneCount: {
    en: (done: number, all: number) => `${integer(done)} of ${integer(all)} done`,
    ru: (done: number, all: number) => `Пройдено: ${integer(done)} из ${integer(all)}`,
  },
  alsoHere: { en: 'Belong here, too:', ru: 'Сюда же относятся:' },
  stoppedHere: { en: 'You stopped here', ru: 'Вы остановились здесь' },
  continueWith: { en: 'Continue:', ru: 'Продолжить:' },
  continueHere: { en: 'Continue where you stopped', ru: 'Продолжить с того же места' },
  begin: { en: 'Begin:', ru: 'Начать:' },
  done: { en: 'Done', ru: 'Пройден' },
  markDone: { en: 'Mark as done', ru: 'Отметить как пройденный' },
  markedDone: { en: 'Done. Take the mark away', ru: 'Пройден. Снять отметку' },
  toCourse: { en: 'All lessons', ru: 'Все уроки' },
  before: { en: 'Before', ru: 'Предыдущий' },
  next: { en: 'Next', ru: 'Следующий' },
  parameters: { en: 'Parameters', ru: 'Параметры' },
  toStart: { en: 'Back to the start', ru: 'Вернуть как было' },
  computing: { en: 'Computing…', ru: 'Считаю…' },
  notComputed: {
    en: 'This page does not have these values. The command line computes them:',
    ru: 'Для этих значений на странице ничего нет. Их посчитает командная строка:',
  },
  notice: { en: 'Notice', ru: 'Обратите внимание' },
  truth: { en: 'More exactly', ru: 'Точнее' },
  source: { en: 'Source:', ru: 'Источник:' },
  code: { en: 'The code of the experiment', ru: 'Код опыта' },
  expected: { en: 'What must come out', ru: 'Что должно получиться' },
  number: { en: 'number', ru: 'число' },
  now: { en: 'now', ru: 'сейчас' },
  wanted: { en: 'expected', ru: 'ожидается' },
  holds: { en: 'has come out', ru: 'получилось' },
  fails: { en: 'has not come out', ru: 'не получилось' },
  elsewhere: { en: 'expected at other values', ru: 'ожидается при других значениях' },
  holdsAt: { en: (at: string) => `at ${at}`, ru: (at: string) => `при значениях: ${at}` },
  setThem: { en: (at: string) => `choose ${at}`, ru: (at: string) => `выбрать: ${at}` },
  whateverValues: {
    en: 'Where no values are named, the number does not depend on the parameters.',
    ru: 'Если значения не указаны, число от параметров не зависит.',
  },
  repeat: { en: 'The same on the command line', ru: 'То же в командной строке' },
  stored: {
    en: (machine: string, when: string, seconds: number) =>
      `Computed once, ${day(when)}, on ${machine}. The same again takes ${seconds < 60 ? 'less than a minute' : `about ${integer(Math.ceil(seconds / 60))} min`}:`,
    ru: (machine: string, when: string, seconds: number) =>
      `Посчитано один раз, ${day(when)}, процессор ${machine}. Посчитать заново — ${seconds < 60 ? 'меньше минуты' : `примерно ${integer(Math.ceil(seconds / 60))} мин`}:`,
  },
  heat: { en: 'Map of numbers', ru: 'Карта чисел' },
  grid: { en: 'Numbers', ru: 'Числа' },
  pictures: { en: 'Pictures', ru: 'Картинки' },
  table: { en: 'Table', ru: 'Таблица' },
  lines: { en: 'Curves', ru: 'Кривые' },
  bars: { en: 'Bars', ru: 'Столбцы' },
  scatter: { en: 'Points', ru: 'Точки' },
  graph: { en: 'Computational graph', ru: 'Вычислительный граф' },
  pointAt: {
    en: 'Point at a cell, or move with the arrow keys.',
    ru: 'Наведите на клетку или двигайтесь стрелками.',
  },
  at: {
    en: (row: string, column: string) => `${row}, ${column}:`,
    ru: (row: string, column: string) => `${row}, ${column}:`,
  },
  row: { en: (n: string) => `row ${n}`, ru: (n: string) => `строка ${n}` },
  column: { en: (n: string) => `column ${n}`, ru: (n: string) => `столбец ${n}` },
  low: { en: 'low', ru: 'нижняя граница' },
  high: { en: 'high', ru: 'верхняя граница' },
  name: { en: 'name', ru: 'название' },
  value: { en: 'value', ru: 'значение' },
  gradient: { en: 'gradient', ru: 'градиент' },
  local: { en: 'local', ru: 'локальный' },
  upstream: { en: 'upstream', ru: 'восходящий' },
  downstream: { en: 'downstream', ru: 'нисходящий' },
  forward: { en: 'value, forward', ru: 'значение, вперёд' },
  backward: { en: 'gradient, back', ru: 'градиент, назад' },
  ownValue: { en: 'own value', ru: 'своё значение' },

  exercise: { en: 'Exercise', ru: 'Задача' },
  stage: { en: (n: number) => `Step ${integer(n)}`, ru: (n: number) => `Шаг ${integer(n)}` },
  yourAnswer: { en: 'Your answer', ru: 'Ваш ответ' },
  check: { en: 'Check', ru: 'Проверить' },
  hint: { en: 'Hint', ru: 'Подсказка' },
  showAnswer: { en: 'Show the answer', ru: 'Показать ответ' },
  right: { en: 'Right', ru: 'Верно' },
  wrong: { en: 'Not this.', ru: 'Нет.' },
  wrongShape: { en: 'The size is another one.', ru: 'Размер другой.' },
  notNumbers: {
    en: 'This cannot be read as numbers: write 1 0 / 3 1, rows apart by a slash or a line.',
    ru: 'Это не читается как числа: пишите 1 0 / 3 1, строки — через косую черту или с новой строки.',
  },
  theAnswer: { en: 'The answer:', ru: 'Ответ:' },
} as const satisfies Dictionary;

/** The text of a lesson's frame in the reader's language. */
export const l = teller(lessonTexts);
