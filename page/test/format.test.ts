import { beforeEach, describe, expect, it } from 'vitest';
import { bytes, compact, duration, integer, percent, percentRange, shape, short } from '../src/lib/format.ts';
import { chooseLang, ui } from '../src/lib/ui.svelte.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('Russian numbers', () => {
  beforeEach(() => void (ui.lang = 'ru'));
  it('have a comma and spaces', () => {
    expect(plain(percent(0.993))).toBe('99,3 %');
    expect(plain(percentRange(0.987, 0.997))).toBe('98,7–99,7 %');
    expect(plain(integer(1234567))).toBe('1 234 567');
    expect(plain(compact(11_689_512))).toBe('11,7 млн');
    expect(plain(bytes(32_900_000))).toBe('32,9 МБ');
    expect(plain(duration(185))).toBe('3 мин 5 с');
  });
});

describe('English numbers', () => {
  beforeEach(() => void (ui.lang = 'en'));
  it('have a point and commas', () => {
    expect(percent(0.993)).toBe('99.3%');
    expect(percentRange(0.987, 0.997)).toBe('98.7–99.7%');
    expect(integer(1234567)).toBe('1,234,567');
    expect(plain(duration(57.4))).toBe('57 s');
    expect(plain(duration(7300))).toBe('2 h 1 min');
  });
  it('never say 100% of what is less', () => {
    expect(percent(0.9996)).toBe('99.96%');
    expect(percent(0.99996)).toBe('99.996%');
    expect(percent(1)).toBe('100.0%');
    expect(percent(0.0003)).toBe('0.03%');
    expect(percent(1 - 1e-9)).toBe('100.0%');
    expect(percent(0)).toBe('0.0%');
  });
  it('stay short', () => {
    expect(short(0.00012345)).toBe('0.000123');
    expect(short(3.2e-7)).toBe('3.2·10⁻⁷');
    expect(short(12345.6)).toBe('12,346');
    expect(short(0)).toBe('0');
    expect(short(-0.5)).toBe('−0.5');
  });
  it('are a dash where there is none', () => {
    for (const nothing of [null, undefined, NaN, Infinity]) {
      expect([percent(nothing), integer(nothing), short(nothing), duration(nothing)]).toEqual(['—', '—', '—', '—']);
    }
    expect(shape([])).toBe('—');
  });
});

it('chooses the language by address, memory, browser', () => {
  expect(chooseLang('?lang=ru', 'en', ['en-US'])).toBe('ru');
  expect(chooseLang('#lang=en', 'ru', ['ru-RU'])).toBe('en');
  expect(chooseLang('', 'ru', ['en-US'])).toBe('ru');
  expect(chooseLang('', null, ['ru-RU', 'en'])).toBe('ru');
  expect(chooseLang('', null, ['de', 'ru'])).toBe('ru');
  expect(chooseLang('?lang=fr', 'fr', ['de'])).toBe('en');
});
