// Cross-validation: networks that each saw all but a part.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export interface FoldsStory {
  folds: number;
  net: string;
  parameters: string | null;
  data: string;
  n: number;
}

const KEPT: Record<string, { en: string; ru: string }> = {
  alike: { en: 'near-duplicates kept together', ru: 'почти одинаковые картинки вместе' },
  identical: { en: 'identical pictures kept together', ru: 'одинаковые картинки вместе' },
  none: { en: 'nothing kept together', ru: 'ничто не удержано вместе' },
};
const kept = (group: string, lang: 'en' | 'ru') =>
  Object.hasOwn(KEPT, group) ? KEPT[group]?.[lang] : undefined;

export const folds = {
  foldsStory: {
    en: (s: FoldsStory) =>
      `${integer(s.folds)} trainings of one network${s.net ? `, ${s.net}` : ''}${s.parameters ? `, ${s.parameters} parameters` : ''}, each on all folds of ${s.data} but one. Each of ${integer(s.n)} ${plural('en', s.n, 'picture', 'pictures')} was answered by the network that had not seen it.`,
    ru: (s: FoldsStory) =>
      `Одна сеть${s.net ? `, ${s.net}` : ''}${s.parameters ? `, параметров ${s.parameters}` : ''}, обучена ${integer(s.folds)} ${plural('ru', s.folds, 'раз', 'раза', 'раз')}, каждый раз на всех частях набора ${s.data}, кроме одной. На ${integer(s.n)} ${plural('ru', s.n, 'картинке', 'картинках', 'картинках')} отвечала та сеть, которая их не видела.`,
  },
  foldsScored: { en: 'How it was scored', ru: 'Как получена оценка' },
  foldsScoredLead: {
    en: 'The first row is the honest one: what belongs together stays in one fold, so that no network is asked about a copy of what it learned. Below each score is its 95% interval.',
    ru: 'Честная оценка — первая строка: связанные картинки лежат в одной части, поэтому сеть не спрашивают о копии выученного. Под каждой оценкой её 95-процентный интервал.',
  },
  foldsWay: { en: 'Scored on', ru: 'На чём' },
  foldsGrouped: {
    en: (group: string) => `Folds, ${kept(group, 'en') ?? `grouped by ${group}`}`,
    ru: (group: string) => `Части, ${kept(group, 'ru') ?? `сгруппированы по ${group}`}`,
  },
  foldsUngrouped: {
    en: 'Folds, nothing kept together: what a careless split would have shown',
    ru: 'Части, ничто не удержано вместе: так показало бы небрежное разбиение',
  },
  foldsTest: {
    en: 'The test part, all networks together',
    ru: 'Тестовая часть, все сети вместе',
  },
  foldsEach: { en: 'Folds', ru: 'Части' },
  foldsEachTitle: { en: 'Every fold', ru: 'Каждая часть' },
  foldsEachLead: {
    en: 'Each is a run of its own with a report. A prediction is the mean of all their probabilities.',
    ru: 'Каждая — отдельный запуск со своим отчётом. Предсказание — среднее их вероятностей.',
  },
  fold: { en: 'Fold', ru: 'Часть' },
} as const satisfies Dictionary;
