import { describe, expect, it } from 'vitest';
import { ui } from '../src/lib/ui.svelte.ts';
import { t, term, texts, written } from '../src/texts/index.ts';
import { formulaOf, layerNote, problemReason } from '../src/texts/notes.ts';
import { terms } from '../src/texts/terms.ts';

// Every file of texts is checked, also those that only the studio or the lessons carry.
const files = import.meta.glob('../src/texts/*.ts', { eager: true }) as Record<string, Record<string, unknown>>;
const isTexts = (value: unknown): value is Record<string, { en: Text; ru: Text }> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => one !== null && typeof one === 'object' && 'en' in one && 'ru' in one);
const dictionaries = Object.entries(files).flatMap(([file, made]) =>
  Object.entries(made).filter((entry): entry is [string, Record<string, { en: Text; ru: Text }>] => isTexts(entry[1]) && entry[0] !== 'texts')
    .map(([name, words]) => [`${file.replace(/^.*\//, '')} ${name}`, words] as const),
);

type Text = string | ((...values: unknown[]) => string);
const groups: (readonly [string, Record<string, { en: Text; ru: Text }>])[] = [
  ...dictionaries,
  ...(Object.entries(terms) as never[]),
];

it('finds the dictionaries', () => {
  const names = dictionaries.map(([name]) => name);
  for (const name of ['frame.ts frame', 'look.ts look', 'studio.ts studio']) expect(names).toContain(name);
});

describe('every text is there in both languages', () => {
  for (const [group, entries] of groups) {
    for (const [key, { en, ru }] of Object.entries(entries)) {
      it(`${group}.${key}`, () => {
        expect(typeof en).toBe(typeof ru);
        expect(String(en).trim()).not.toBe('');
        expect(String(ru).trim()).not.toBe('');
        // Names that are the same everywhere are the only Russian texts without a Russian letter.
        const same = ['svertka', 'PyTorch', 'Python', 'AdamW', 'AUC'];
        if (typeof ru === 'string' && !same.includes(ru)) expect(ru).toMatch(/[а-яё]/i);
        if (typeof en === 'string') expect(en).not.toMatch(/[а-яё]/i);
      });
    }
  }
});

it('gives no two texts one key', () => {
  expect(Object.keys(texts)).toHaveLength(written);
});

describe('counts agree with their nouns', () => {
  it('in Russian', () => {
    ui.lang = 'ru';
    expect(t('errorCount', 1, 1000)).toBe('1 ошибка на 1\u00a0000 картинках');
    expect(t('errorCount', 3, 21)).toBe('3 ошибки на 21 картинке');
    expect(t('errorCount', 11, 5)).toBe('11 ошибок на 5 картинках');
    expect(t('headline', 1000, 'test')).toBe('верных ответов на 1\u00a0000 тестовых картинках');
    expect(t('headline', 101, 'val')).toBe('верных ответов на 101 валидационной картинке');
    expect(t('headline', 30, 'data')).toBe('верных ответов на 30 картинках');
    expect(t('layerCount', 22)).toBe('22 слоя');
  });
  it('in English', () => {
    ui.lang = 'en';
    expect(t('errorCount', 1, 1000)).toBe('1 mistake on 1,000 pictures');
    expect(t('headline', 1, 'test')).toBe('of 1 test picture recognised correctly');
  });
});

it('tells what was trained on what', () => {
  const story = {
    net: 'house_s', parameters: '288K', seconds: '57 s', epochs: 16, data: 'digits',
    train: 5950, val: 1050, part: 'test', n: 1000,
  };
  ui.lang = 'en';
  expect(t('story', story)).toBe(
    'The network house_s (288K parameters) was trained on 5,950 pictures of the set digits in 57 s (16 epochs). Another 1,050 chose the epoch to keep; the scores come from 1,000 that it had never seen.',
  );
  expect(t('story', { ...story, part: 'val' })).toContain('a little too good');
  ui.lang = 'ru';
  expect(t('story', { ...story, part: null, epochs: 0, seconds: null })).toBe(
    'Сеть house_s (параметров: 288K) обучена на 5\u00a0950 картинках набора digits.',
  );
});

it('knows no term for names of the prototype', () => {
  expect(term('recipe', 'constructor')).toBeNull();
  expect(term('recipe', '__proto__')).toBeNull();
});

it('translates the remarks of the library', () => {
  ui.lang = 'ru';
  expect(layerNote('(224 + 2·3 − 7)/2 + 1 = 112.5, floored')).toBe('(224 + 2·3 − 7)/2 + 1 = 112.5, округлено вниз');
  expect(problemReason("class 'cat' has 2 pictures in all: val and test has none of it")).toBe(
    "в классе 'cat' всего картинок: 2; его нет в валидации и тесте",
  );
  expect(problemReason('something new')).toBe('something new');
  ui.lang = 'en';
  expect(problemReason('colour turned to grey')).toBe('colour turned to grey');
});

it('reads formulas in the reader\'s words', () => {
  ui.lang = 'ru';
  expect(formulaOf('Σ window · filter + bias')).toBe('Σ окно · фильтр + смещение');
  expect(formulaOf('max(0, x)')).toBe('max(0, x)');
  ui.lang = 'en';
  expect(formulaOf('Σ window · filter')).toBe('Σ window · filter');
});
