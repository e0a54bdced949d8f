// Screens of the studio that work on data: training, a run while it learns, data, comparison.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';
import { teller } from './index.ts';

const picturesEn = (n: number) => `${integer(n)} ${plural('en', n, 'picture', 'pictures')}`;
const picturesRu = (n: number) => `${integer(n)} ${plural('ru', n, 'картинка', 'картинки', 'картинок')}`;
const classesEn = (n: number) => `${integer(n)} ${plural('en', n, 'class', 'classes')}`;
const classesRu = (n: number) => `${integer(n)} ${plural('ru', n, 'класс', 'класса', 'классов')}`;

export const working = {
  // -- choosing --------------------------------------------------------------------------------
  trainTitle: { en: 'Train a network', ru: 'Обучить сеть' },
  trainLead: {
    en: 'Choose pictures and a network. The rest is chosen for you, and can be changed.',
    ru: 'Выберите картинки и сеть. Остальное подобрано, но его можно изменить.',
  },
  pictures: { en: 'Pictures', ru: 'Картинки' },
  builtIn: { en: 'Built in', ru: 'Встроенные' },
  folders: { en: 'From the folders', ru: 'Из папок' },
  noFolders: {
    en: 'Own pictures: start the studio with their folder,',
    ru: 'Свои картинки: запустите студию с их папкой,',
  },
  dataFacts: {
    en: (n: number, classes: number, height: number, width: number) =>
      `${picturesEn(n)}, ${classesEn(classes)}, ${height}×${width} pixels`,
    ru: (n: number, classes: number, height: number, width: number) =>
      `${picturesRu(n)}, ${classesRu(classes)}, ${height}×${width} пикселей`,
  },
  seeData: { en: 'See these pictures', ru: 'Посмотреть эти картинки' },
  opening: { en: 'The pictures are being read', ru: 'Картинки читаются' },
  network: { en: 'Network', ru: 'Сеть' },
  netChosen: { en: 'Suits the pictures', ru: 'По картинкам' },
  netCatalogue: { en: 'Catalogue', ru: 'Каталог' },
  netOwn: { en: 'Own text', ru: 'Свой текст' },
  netChosenIs: { en: 'It will be', ru: 'Это будет' },
  fromImagenet: { en: ', taught on ImageNet before', ru: ', уже обученная на ImageNet' },
  netText: { en: 'Text of the network', ru: 'Текст сети' },
  netFromCatalogue: { en: 'Network of the catalogue', ru: 'Сеть из каталога' },
  netFacts: {
    en: (parameters: string, adds: string) => `${parameters} parameters, ${adds} multiply-adds for a picture`,
    ru: (parameters: string, adds: string) => `Параметров: ${parameters}, умножений на картинку: ${adds}`,
  },
  beginWith: { en: 'Begin with', ru: 'Начать с' },
  beginUsual: { en: 'as recommended', ru: 'как советуем' },
  beginNew: { en: 'new weights, by chance', ru: 'новых случайных весов' },
  beginImagenet: { en: 'Weights taught on ImageNet', ru: 'Веса, обученные на ImageNet' },
  beginRun: { en: 'Weights of a finished run', ru: 'Веса готового запуска' },
  seeNet: { en: 'See this network', ru: 'Посмотреть эту сеть' },
  howLong: { en: 'How long', ru: 'Сколько учить' },
  lengthUsual: { en: 'As recommended', ru: 'Как советуем' },
  lengthTime: { en: 'Time', ru: 'Время' },
  lengthEpochs: { en: 'Epochs', ru: 'Эпохи' },
  lengthUsualIs: {
    en: (time: string) => `About ${time}, from reading the pictures to the report.`,
    ru: (time: string) => `Около ${time}: от чтения картинок до отчёта.`,
  },
  seconds: { en: 'Seconds', ru: 'Секунд' },
  epochs: { en: 'Epochs', ru: 'Эпох' },
  seed: { en: 'Seed', ru: 'Зерно' },
  seedNote: {
    en: 'The same seed gives the same first weights and the same order of pictures.',
    ru: 'То же зерно даёт те же начальные веса и тот же порядок картинок.',
  },
  sameCommand: { en: 'The same on the command line', ru: 'То же в командной строке' },
  start: { en: 'Start training', ru: 'Начать обучение' },
  starting: { en: 'Starting', ru: 'Запускается' },

  // -- runs ------------------------------------------------------------------------------------
  runs: { en: 'Runs', ru: 'Запуски' },
  runsLead: {
    en: 'All trainings of this folder, those of the command line too. Tick some to see them on one chart.',
    ru: 'Все обучения этой папки, и запущенные из командной строки. Отметьте несколько — их кривые будут на одном графике.',
  },
  noRuns: { en: 'There are no runs here yet.', ru: 'Запусков здесь пока нет.' },
  run: { en: 'Run', ru: 'Запуск' },
  state: { en: 'State', ru: 'Состояние' },
  score: { en: 'Score', ru: 'Оценка' },
  epoch: { en: 'Epoch', ru: 'Эпоха' },
  begun: { en: 'Begun', ru: 'Начат' },
  onChart: { en: 'On the chart', ru: 'На графике' },
  onChartOf: { en: (name: string) => `On the chart: ${name}`, ru: (name: string) => `На графике: ${name}` },
  together: { en: 'Side by side', ru: 'Рядом' },
  togetherEmpty: {
    en: 'Nothing to draw yet: the ticked runs have no finished epoch.',
    ru: 'Рисовать пока нечего: у отмеченных запусков нет законченной эпохи.',
  },

  // -- states ----------------------------------------------------------------------------------
  stateTraining: { en: 'training', ru: 'учится' },
  statePaused: { en: 'paused', ru: 'на паузе' },
  stateFinished: { en: 'finished', ru: 'готов' },
  stateFailed: { en: 'failed', ru: 'прервался' },
  stateUnfinished: { en: 'unfinished', ru: 'не закончен' },
  manyTraining: { en: 'in progress', ru: 'идёт' },
  manyFinished: { en: 'done', ru: 'готово' },
  manyFailed: { en: 'failed', ru: 'прервано' },
  manyUnfinished: { en: 'unfinished', ru: 'не закончено' },
  stateUnknown: { en: 'unknown', ru: 'неизвестно' },

  // -- a run -----------------------------------------------------------------------------------
  runGone: { en: 'There is no such run in this folder.', ru: 'Такого запуска в этой папке нет.' },
  toRuns: { en: 'All runs', ru: 'Все запуски' },
  pause: { en: 'Pause', ru: 'Пауза' },
  anew: { en: 'Change and start anew', ru: 'Изменить и начать заново' },
  goOn: { en: 'Continue', ru: 'Продолжить' },
  stop: { en: 'Stop', ru: 'Остановить' },
  runKept: {
    en: 'It goes on from its last checkpoint: after a pause the very same step, after a crash a little earlier.',
    ru: 'Обучение продолжится с последнего сохранения: после паузы с того же шага, после сбоя чуть раньше.',
  },
  mayClose: {
    en: 'You may close this page: the training goes on, and this page finds it again.',
    ru: 'Страницу можно закрыть: обучение продолжится, и страница его найдёт.',
  },
  lossNow: { en: 'Loss', ru: 'Потери' },
  scoreNow: { en: 'On validation', ru: 'На валидации' },
  speedNow: { en: 'Pictures a second', ru: 'Картинок в секунду' },
  leftNow: { en: 'Time left', ru: 'Осталось' },
  epochNow: { en: 'Epoch', ru: 'Эпоха' },
  epochOf: {
    en: (epoch: number, epochs: number) => `${integer(epoch)} of ${integer(epochs)}`,
    ru: (epoch: number, epochs: number) => `${integer(epoch)} из ${integer(epochs)}`,
  },
  progress: { en: 'Done', ru: 'Пройдено' },
  gettingReady: {
    en: 'Getting ready: pictures are read, the pace is measured.',
    ru: 'Подготовка: картинки читаются, измеряется скорость.',
  },
  scoring: {
    en: 'The last step is done; the network is scored.',
    ru: 'Последний шаг сделан; сеть оценивается.',
  },
  failedTitle: { en: 'The training has ended with an error', ru: 'Обучение прервалось с ошибкой' },
  brokenTitle: { en: 'The training broke off without a word', ru: 'Обучение оборвалось без объяснений' },
  brokenNote: {
    en: 'Its process has ended without saying why: it was killed, by somebody or because the memory was not enough, or the machine was switched off. What it had saved is whole.',
    ru: 'Процесс завершился, не сказав почему: его убили, вручную или из-за нехватки памяти, или компьютер выключился. Всё, что он успел сохранить, цело.',
  },
  brokenRemedy: { en: 'Continue with the button, or on the command line', ru: 'Продолжить можно кнопкой или в командной строке' },
  notFollowed: {
    en: 'The studio does not answer. This page tries again by itself.',
    ru: 'Студия не отвечает. Страница пробует снова сама.',
  },
  stepNumber: { en: (step: number) => `step ${integer(step)}`, ru: (step: number) => `шаг ${integer(step)}` },
  stepsAxis: { en: 'step', ru: 'шаг' },
  lossSteps: { en: 'Loss, step by step', ru: 'Потери по шагам' },
  lossStepsEmpty: { en: 'The first steps are about to come.', ru: 'Вот-вот появятся первые шаги.' },
  insideNav: { en: 'Inside', ru: 'Внутри' },
  insideTitle: { en: 'Inside the network', ru: 'Внутри сети' },
  insideLead: {
    en: 'Filters and activation maps of the same pictures, by the newest weights that are saved.',
    ru: 'Фильтры и карты активации одних и тех же картинок по последним сохранённым весам.',
  },
  insideWait: {
    en: 'Comes with the first saved weights.',
    ru: 'Появится с первыми сохранёнными весами.',
  },
  filtersNow: { en: 'Filters of the first layer', ru: 'Фильтры первого слоя' },
  mapsNow: { en: 'Activation maps', ru: 'Карты активации' },
  mapsOf: { en: (layer: string) => `Activation maps of ${layer}`, ru: (layer: string) => `Карты активации слоя ${layer}` },
  layer: { en: 'Layer', ru: 'Слой' },
  atStep: { en: (step: number) => `after step ${integer(step)}`, ru: (step: number) => `после шага ${integer(step)}` },
  pictureOf: { en: (name: string) => `Picture: ${name}`, ru: (name: string) => `Картинка: ${name}` },
  answer: { en: 'Answer', ru: 'Ответ' },
  drawWith: { en: 'Draw for it', ru: 'Нарисовать для неё' },
  lookWith: { en: 'Look inside', ru: 'Заглянуть внутрь' },

  // -- data ------------------------------------------------------------------------------------
  dataTitle: { en: 'Data', ru: 'Данные' },
  dataLead: {
    en: 'What is built in, and what lies in the folders that the studio was started with.',
    ru: 'То, что встроено, и то, что лежит в папках, с которыми запущена студия.',
  },
  dataGone: { en: 'There are no such data here.', ru: 'Таких данных здесь нет.' },
  toData: { en: 'All data', ru: 'Все данные' },
  views: { en: 'Views of the data', ru: 'Виды данных' },
  showPictures: { en: 'Pictures', ru: 'Картинки' },
  showCheck: { en: 'Check', ru: 'Проверка' },
  showSplits: { en: 'Parts', ru: 'Части' },
  showAugmented: { en: 'Augmentation', ru: 'Аугментация' },
  classChoice: { en: 'Class', ru: 'Класс' },
  allClasses: { en: 'all classes', ru: 'все классы' },
  partChoice: { en: 'Part', ru: 'Часть' },
  allParts: { en: 'all parts', ru: 'все части' },
  shownOf: {
    en: (from: number, to: number, all: number) => `${integer(from)} to ${integer(to)} of ${picturesEn(all)}`,
    ru: (from: number, to: number, all: number) => `${integer(from)}–${integer(to)} из ${integer(all)} ${plural('ru', all, 'картинки', 'картинок', 'картинок')}`,
  },
  noPictures: { en: 'There are no such pictures.', ru: 'Таких картинок нет.' },
  before: { en: 'Earlier', ru: 'Назад' },
  next: { en: 'Further', ru: 'Дальше' },
  unlabelled: { en: 'without a class', ru: 'без класса' },
  trainOn: { en: 'Train on these pictures', ru: 'Обучить на этих картинках' },
  checkLead: {
    en: 'Damaged files, copies, leaks between the parts, uneven classes. Nothing is changed.',
    ru: 'Испорченные файлы, копии, утечки между частями, неравные классы. Ничего не меняется.',
  },
  checkStart: { en: 'Check the pictures', ru: 'Проверить картинки' },
  checkAgain: { en: 'Check again', ru: 'Проверить снова' },
  checking: {
    en: 'Every picture is compared with every other. Large folders take minutes.',
    ru: 'Каждая картинка сравнивается с каждой. Большие папки занимают минуты.',
  },
  augmentedTitle: { en: 'What training sees', ru: 'Что видит обучение' },
  augmentedLead: {
    en: 'On the left a picture as it is; then the same picture as training will see it, epoch by epoch. This is no example: these are the very pixels of a training with this seed.',
    ru: 'Слева картинка как есть; дальше та же картинка, какой её увидит обучение, эпоха за эпохой. Это не пример: это те самые пиксели обучения с этим зерном.',
  },
  trainedNet: { en: 'Network', ru: 'Сеть' },
  changes: { en: 'Largest changes', ru: 'Наибольшие изменения' },
  changesNone: { en: 'none', ru: 'нет' },
  original: { en: 'as it is', ru: 'как есть' },
  firstEpoch: { en: 'From epoch', ru: 'С эпохи' },
  augmentedAlt: {
    en: (id: string, epoch: number) => `${id} in epoch ${integer(epoch)}`,
    ru: (id: string, epoch: number) => `${id} в эпохе ${integer(epoch)}`,
  },
  splitsLead: {
    en: 'The network learns on one part, the epoch is chosen on another, the score is made on the third. Copies and near-copies are never divided.',
    ru: 'На одной части сеть учится, по другой выбирается эпоха, на третьей ставится оценка. Копии и почти копии никогда не разделяются.',
  },
  cutBySeed: { en: 'Cut with seed', ru: 'Разделены с зерном' },

  // -- comparison ------------------------------------------------------------------------------
  compareTitle: { en: 'Compare networks', ru: 'Сравнить сети' },
  compareLead: {
    en: 'The same pictures, the same time, several seeds: which difference is real, and which is luck?',
    ru: 'Те же картинки, то же время, несколько зёрен: какая разница настоящая, а какая — везение?',
  },
  compareNets: { en: 'Networks', ru: 'Сети' },
  addNet: { en: 'Add', ru: 'Добавить' },
  dropNet: { en: (net: string) => `Leave out ${net}`, ru: (net: string) => `Убрать ${net}` },
  netWish: { en: 'A name of the catalogue or a text', ru: 'Имя из каталога или текст' },
  fewNets: { en: 'Name at least two networks.', ru: 'Назовите хотя бы две сети.' },
  timesEach: { en: 'Trainings of each', ru: 'Обучений каждой' },
  timesNote: {
    en: 'Three or more: so luck is told from a better network.',
    ru: 'Три или больше: так везение отличимо от лучшей сети.',
  },
  startCompare: { en: 'Start the comparison', ru: 'Начать сравнение' },
  comparisons: { en: 'Comparisons', ru: 'Сравнения' },
  noComparisons: { en: 'There are no comparisons here yet.', ru: 'Сравнений здесь пока нет.' },
  lessonGone: { en: 'There is no such lesson.', ru: 'Такого урока нет.' },
  toLessons: { en: 'All lessons', ru: 'Все уроки' },
  comparisonGone: { en: 'There is no such comparison in this folder.', ru: 'Такого сравнения в этой папке нет.' },
  toComparisons: { en: 'All comparisons', ru: 'Все сравнения' },
  trainedOf: {
    en: (done: number, all: number) => `${integer(done)} of ${integer(all)} trainings done`,
    ru: (done: number, all: number) => `Готово обучений: ${integer(done)} из ${integer(all)}`,
  },
  waits: { en: 'waits', ru: 'ждёт' },
  togetherLong: {
    en: (time: string) => `At most about ${time} in all.`,
    ru: (time: string) => `Всего не больше примерно ${time}.`,
  },
  toComparison: { en: 'To the comparison', ru: 'К сравнению' },
  gathering: { en: 'All are trained; the figures are gathered.', ru: 'Все обучены; числа собираются.' },
  tellAgain: { en: 'Try again', ru: 'Попробовать снова' },
  toldInEnglish: { en: 'What happened:', ru: 'Об этом пока нет русского текста. Вот что сообщает программа:' },
  noAnswer: { en: 'The studio does not answer.', ru: 'Студия не отвечает.' },
} as const satisfies Dictionary;

export const w = teller(working);

const STATES = {
  training: 'stateTraining',
  paused: 'statePaused',
  finished: 'stateFinished',
  failed: 'stateFailed',
  unfinished: 'stateUnfinished',
} as const;

const OF_MANY = {
  training: 'manyTraining',
  paused: 'statePaused',
  finished: 'manyFinished',
  failed: 'manyFailed',
  unfinished: 'manyUnfinished',
} as const;

/** The reader's word for the state of a run, or of `many` together. */
export function stateWord(state: string | null, many = false): string {
  if (state === null || !Object.hasOwn(STATES, state)) return w('stateUnknown');
  return w((many ? OF_MANY : STATES)[state as keyof typeof STATES]);
}
