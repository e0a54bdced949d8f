// What is wrong with pictures. Each kind of finding and what to do about it comes in English with
// the record (data/finding.py); its Russian is here, and a kind without it is shown in English.
import { integer, plural } from '../lib/format.ts';
import { ui } from '../lib/ui.svelte.ts';
import type { HealthFinding } from '../lib/payload.ts';
import type { Dictionary } from './both.ts';

export const health = {
  healthStory: {
    en: (pictures: number, classes: number) =>
      `${integer(pictures)} ${plural('en', pictures, 'picture', 'pictures')} in ${integer(classes)} ${plural('en', classes, 'class', 'classes')}`,
    ru: (pictures: number, classes: number) =>
      `${integer(pictures)} ${plural('ru', pictures, 'картинка', 'картинки', 'картинок')}, ${integer(classes)} ${plural('ru', classes, 'класс', 'класса', 'классов')}`,
  },
  healthStoryLabels: {
    en: (pictures: number, labels: number) =>
      `${integer(pictures)} ${plural('en', pictures, 'picture', 'pictures')} with ${integer(labels)} ${plural('en', labels, 'label', 'labels')}, any number to each`,
    ru: (pictures: number, labels: number) =>
      `${integer(pictures)} ${plural('ru', pictures, 'картинка', 'картинки', 'картинок')}, ${integer(labels)} ${plural('ru', labels, 'метка', 'метки', 'меток')}, у картинки их может быть любое число`,
  },
  healthClean: {
    en: 'Nothing is wrong with these pictures, as far as was looked.',
    ru: 'Проверка не нашла в этих картинках ничего плохого.',
  },
  healthGrave: { en: 'To mend', ru: 'Исправить' },
  healthGraveTitle: { en: 'A score or a training suffers', ru: 'Портит оценку или обучение' },
  healthGraveLead: {
    en: 'Mend these first: with them a score may say more than the network can, or the network learns what is wrong. Nothing was changed in your files.',
    ru: 'Сначала исправьте это: иначе оценка обещает больше, чем сеть умеет, или сеть учится неверному. В ваших файлах ничего не изменено.',
  },
  healthNotes: { en: 'To know', ru: 'Учесть' },
  healthNotesTitle: { en: 'Worth knowing', ru: 'Стоит знать' },
  healthNotesLead: {
    en: 'Training goes well with these; sometimes better without.',
    ru: 'Обучению это не мешает, но без этого бывает лучше.',
  },
  healthData: { en: 'The pictures', ru: 'Картинки' },
  healthDataLead: {
    en: 'Counted before any training. Where the source has no parts, they were cut by seed 0, and copies were kept together.',
    ru: 'Посчитано до обучения. Если частей в источнике нет, набор разделён с зерном 0, копии вместе.',
  },
  healthSides: { en: 'Sizes', ru: 'Размеры' },
  healthSidesLead: {
    en: (n: number, w: string, h: string) =>
      `By the longer side, in pixels. ${integer(n)} ${plural('en', n, 'size', 'different sizes')}; the median is ${w} × ${h}.`,
    ru: (n: number, w: string, h: string) =>
      `По длинной стороне, в пикселях. Разных размеров: ${integer(n)}; медиана ${w} × ${h}.`,
  },
  healthWidth: { en: 'Width', ru: 'Ширина' },
  healthHeight: { en: 'Height', ru: 'Высота' },
  healthUpTo: { en: (n: string) => `up to ${n}`, ru: (n: string) => `до ${n}` },
  healthCommon: { en: 'Most frequent', ru: 'Чаще всего' },
  healthFormats: { en: 'Formats', ru: 'Форматы' },
  healthFormat: { en: 'Format', ru: 'Формат' },
  healthBits: { en: 'Bits a channel', ru: 'Бит на канал' },
  healthPictures: { en: 'Pictures', ru: 'Картинок' },
  healthJudge: { en: 'Labels compared with the answers of', ru: 'Метки сверены с ответами сети' },
  healthJudged: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'picture', 'pictures')} that it was not trained on.`,
    ru: (n: number) => `${integer(n)} ${plural('ru', n, 'картинка', 'картинки', 'картинок')}, на которых она не училась.`,
  },
  healthAgree: {
    en: (share: string) => `They agree in ${share}: the more, the more a doubt is worth.`,
    ru: (share: string) => `Совпало ${share}: чем больше, тем весомее сомнения.`,
  },
  healthNotJudged: {
    en: (n: number) => `${integer(n)} that it was trained on were not compared: it would repeat their labels.`,
    ru: (n: number) => `Ещё ${integer(n)} из обучения не сверялись: их метки сеть просто повторит.`,
  },
  healthLost: { en: (share: string) => `loses ${share}`, ru: (share: string) => `теряется ${share}` },
  healthDoubt: {
    en: (better: string, own: string) => `sure to ${better}; of its label to ${own}`,
    ru: (better: string, own: string) => `уверена на ${better}; в метке — на ${own}`,
  },
  healthByLabel: { en: 'By label:', ru: 'По меткам:' },
  healthNoLabel: { en: 'no label', ru: 'без меток' },
  healthPerhaps: { en: 'perhaps', ru: 'возможно' },
  healthCommand: { en: 'Command', ru: 'Команда' },
  healthMore: {
    en: (shown: number) => `The first ${integer(shown)} are listed: mend these and check again.`,
    ru: (shown: number) => `Перечислены первые ${integer(shown)}: исправьте их и проверьте снова.`,
  },
  healthRepeatTitle: { en: 'The same check again', ru: 'Та же проверка ещё раз' },
  healthRepeatLead: { en: 'The command that checks the same.', ru: 'Команда, которая проверит то же самое.' },
} as const satisfies Dictionary;

const KINDS: Record<string, readonly [title: string, action: string]> = {
  leaks: ['Картинки сразу в двух частях: те же или почти те же', 'Оценка на них покажет память, а не умение. Посмотрите на обе; оставьте ту, что в более поздней части, другую удалите.'],
  conflicts: ['Картинки сразу в двух классах: те же или почти те же', 'Посмотрите на обе и удалите ту, что лежит не в своём классе.'],
  rows: ['Картинки, которым строки таблиц дают два класса', 'Обучение берёт первую строку: оставьте в таблице только верную.'],
  doubts: ['Метки, в которых сеть сомневается', 'В другом классе она увереннее, чем обычно бывает на картинках этого класса. Посмотрите на каждую; если метка неверна, перенесите файл в верный класс.'],
  label_doubts: ['Отдельные метки, в которых сеть сомневается', 'В том, что метка у картинки есть или что её нет, она увереннее, чем обычно бывает на таких картинках. Посмотрите на каждую; если сеть права, исправьте метки этой картинки в таблице.'],
  unused: ['Файлы, которые нельзя использовать', 'Исправьте, перенесите или удалите их; в обучение они не попадут.'],
  mirrored: ['Зеркальные копии в двух частях', 'Сеть, которая учится и на отражениях, их уже видела. Оставьте ту, что в более поздней части, другую удалите.'],
  copies: ['Копии внутри одной части, точные или почти', 'Они считаются дважды. Делать ничего не нужно, или удалите одну из двух; при обучении они не попадут в разные части, если не сказать --group none.'],
  uneven: ['Классы, где картинок вдвое меньше, чем в самом большом', 'Доля верных ответов их не замечает. Судите по среднему по классам; лучше всего помогут новые картинки этих классов.'],
  few: ['Классы, где для обучения меньше {least} картинок', 'Добавьте картинок или объедините класс с другим.'],
  colours: ['Картинки, у которых каналы не такие, как у большинства ({most})', 'Делать ничего не нужно: все приводятся к одному виду. Если такой только один класс, сеть может выучить это вместо самого класса: тогда сохраните все одинаково.'],
  depths: ['Картинки, у которых глубина не такая, как у большинства (бит на канал: {most})', 'Сохраните все с одной глубиной, с одинаковыми значениями чёрного и белого.'],
  squashed: ['Картинки, у которых пропорции меняются более чем в полтора раза', 'То, что на них, искажается. Вырежьте вокруг предмета или добавьте поля, ближе к {width} × {height}.'],
  cut: ['Картинки, которые при обрезке до середины теряют больше {most} деталей', 'Вырежьте вокруг предмета, ближе к {width} × {height}.'],
  small: ['Картинки вдвое с лишним меньше {width} × {height}', 'После увеличения они размыты. Замените их на более крупные или удалите.'],
  blank: ['Картинки одного цвета', 'На них ничего нет: удалите их.'],
  remarks: ['Замечания при чтении картинок', 'Делать ничего не нужно.'],
};

const CHANNELS: Record<string, string> = { grey: 'серые', colour: 'цветные', transparent: 'с прозрачностью' };

/** Kinds of channels in the reader's language. */
export const channelKind = (name: string): string => (ui.lang === 'ru' ? CHANNELS[name] : null) ?? name;

/** What a finding is and what to do: in the reader's language, or as the library says it. */
export function findingWords(finding: HealthFinding): readonly [title: string, action: string] {
  const said = ui.lang === 'ru' && Object.hasOwn(KINDS, finding.kind) ? KINDS[finding.kind] : null;
  const words = said ?? [finding.title, finding.action];
  const filled = words.map((text) =>
    text.replace(/\{(\w+)\}/g, (whole, key: string) => channelKind(String(finding.values?.[key] ?? whole))),
  );
  return [sentence(filled[0] ?? ''), sentence(filled[1] ?? '')];
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
