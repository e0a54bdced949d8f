import { describe, expect, it } from 'vitest';
import { axis } from '../src/lib/axis.ts';
import {
  agrees, filled, paragraphs, pieces, readings, said, stateAt, typed, wanted, type Found, type LessonPayload, type Parameter,
} from '../src/lib/lesson.ts';
import { ui } from '../src/lib/ui.svelte.ts';
import numbers from './numbers.json';

describe('numbers are written as Python writes them', () => {
  for (const [value, form, en, ru] of numbers as [Found, string, string, string][]) {
    it(`${JSON.stringify(value)} ${form}`, () => {
      ui.lang = 'en';
      expect(said(value, form)).toBe(en);
      ui.lang = 'ru';
      expect(said(value, form).replaceAll('\u00a0', ' ')).toBe(ru);
    });
  }
});

it('puts numbers into texts', () => {
  ui.lang = 'ru';
  expect(filled('{share:%} и {x:.2}, `fc{{classes}}`', { share: 0.25, x: 1.005 })).toBe('25,0\u00a0% и 1,01, `fc{classes}`');
  expect(filled('{nothing}', {})).toBe('—');
  // Words may stand among the numbers, and hold numbers themselves.
  expect(filled('Итак, {is}.', { is: { en: '{n} is much', ru: '{n} — это много' }, n: 9 })).toBe('Итак, 9 — это много.');
});

it('says what a number may differ by, as Python does', () => {
  const one = { name: 'a', text: { en: '', ru: '' }, at: {} };
  ui.lang = 'ru';
  expect(wanted({ ...one, value: 0.11, tolerance: 0.05, form: '.0%' })).toBe('11\u00a0% ± 5\u00a0п. п.');
  ui.lang = 'en';
  expect(wanted({ ...one, value: 13.87, tolerance: 0.3, form: '' })).toBe('13.9 ± 0.3');
  expect(wanted({ ...one, value: 2 / 17, tolerance: 1e-6, form: '' })).toBe('0.118');
  expect(wanted({ ...one, value: 0, tolerance: 0.02, form: '' })).toBe('0 ± 0.02');
  expect(wanted({ ...one, value: 7840, tolerance: 1e-9, form: '' })).toBe('7,840');
});

const choice = (name: string, values: number[], apart: boolean): Parameter => ({
  name, label: { en: name, ru: name }, values, keys: values.map(String), texts: values, default: values[0] ?? 0, apart, free: null,
});
const lesson = (parameters: Parameter[], states: Record<string, object>) =>
  ({ parameters, states, start: {} }) as unknown as LessonPayload;

describe('the state of a choice', () => {
  const state = (a: number, b: number) => ({ numbers: { a, b }, views: {} });
  it('is the one of these values', () => {
    const payload = lesson([choice('a', [1, 2], false)], { '1': state(1, 0), '2': state(2, 0) });
    expect(stateAt(payload, { a: '2' })?.numbers.a).toBe(2);
    expect(stateAt(payload, { a: '3' })).toBeNull();
  });
  it('is put together where parameters stand apart', () => {
    const payload = lesson([choice('a', [1, 2], true), choice('b', [5, 6], true)], {
      '1,5': state(1, 5), '2,5': state(2, 5), '1,6': state(1, 6),
    });
    expect(stateAt(payload, { a: '2', b: '6' })?.numbers).toEqual({ a: 2, b: 6 });
  });
});

describe('what a reader types', () => {
  it.each([
    ['3', 3], ['-2,5', -2.5], ['−1', -1], ['1 0 / 3 1', [[1, 0], [3, 1]]], ['1 0\n3 1\n', [[1, 0], [3, 1]]],
    ['32 32 10', [32, 32, 10]], ['32x32x10', [32, 32, 10]], ['32×32', [32, 32]], ['three', null], ['', null],
  ])('%j', (text, found) => expect(typed(text)).toEqual(found));
  it('may write a thousand with a gap or a comma', () => {
    expect(readings('1 610')).toEqual([1610, [1, 610]]);
    expect(readings('1,610')).toEqual([1610, 1.61]);
    expect(readings('what')).toEqual([]);
  });
  it('is compared number by number', () => {
    expect(agrees([[1, 0], [3, 1]], [[1, 0], [3, 1]])).toBe(true);
    expect(agrees([[1, 0], [3, 1]], [[1, 0]])).toBe(false);
    expect(agrees(0.5, 0.5004, 1e-3)).toBe(true);
    expect(agrees(3, '3')).toBe(false);
  });
});

it('cuts texts into paragraphs, lists and code', () => {
  expect(paragraphs('One\nline.\n\n- a\n- b')).toEqual([
    { list: false, lines: ['One line.'] },
    { list: true, lines: ['a', 'b'] },
  ]);
  expect(pieces('use `conv8` here')).toEqual([
    { code: false, text: 'use ' }, { code: true, text: 'conv8' }, { code: false, text: ' here' },
  ]);
});

describe('axes', () => {
  it('are linear or logarithmic', () => {
    expect(axis([0, 10], false).at(5)).toBeCloseTo(0.5);
    const log = axis([1, 10000], true);
    expect(log.at(100)).toBeCloseTo(0.5);
    expect(log.ticks).toEqual([1, 10, 100, 1000, 10000]);
  });
  it('do without what a logarithm does not know', () => {
    expect(axis([0, -1, 10, 1000, null], true).ticks).toContain(100);
    expect(axis([null], true).ticks.length).toBeGreaterThan(0);
  });
});
