import { beforeEach, describe, expect, it } from 'vitest';
import { ui } from '../src/lib/ui.svelte.ts';
import messages from '../src/texts/workErrors.json';
import { workError } from '../src/texts/workErrors.ts';

const ru = (text: string) => workError(text).text;

describe('messages of the library', () => {
  beforeEach(() => void (ui.lang = 'ru'));

  it('keep what is filled in, each in its place', () => {
    for (const [english, russian] of Object.entries(messages)) {
      const holes = english.split('{}').length - 1;
      const used = [...new Set(russian.match(/\{\d\}/g))].sort();
      expect(used, english).toEqual(Array.from({ length: holes }, (_, i) => `{${i}}`));
    }
  });
  it('are told in Russian, with the reason within them', () => {
    expect(ru('There is no run x in runs/.')).toBe('Запуска x в папке runs нет.');
    expect(ru('a.png cannot be read: holds text, not a picture.')).toBe('a.png не читается: внутри текст, а не картинка.');
    expect(ru('The process was ended by the system, signal 9: most often because the memory was not enough.')).toBe(
      'Процесс завершила система (сигнал 9): чаще всего не хватило памяти.',
    );
    expect(ru('runs/a/model.json is missing. Finish the run: svertka resume runs/a')).toBe(
      'Нет файла runs/a/model.json. Закончите запуск: svertka resume runs/a',
    );
    expect(ru("There is no part 'valid'. Known: train, val, test.")).toBe("Части 'valid' нет. Есть: train, val, test.");
    expect(ru('4 trainings run already. Pause one, or wait. Try again in a moment.')).toBe(
      'Уже идёт обучений: 4. Приостановите одно или подождите. Попробуйте чуть позже.',
    );
    expect(ru('sets/x: none of the 2 files is a readable picture:\n  a.png: empty file (0 bytes)')).toBe(
      'sets/x: ни один из файлов (всего 2) не читается как картинка:\n  a.png: пустой файл (0 байт)',
    );
  });
  it('leave the text of a net above its caret alone', () => {
    const told = workError("conv4-relux\n      ^^^^^\nThere is no layer or definition 'relux'. Did you mean: relu?");
    expect(told).toEqual({ text: 'conv4-relux\n      ^^^^^\nНет ни слоя, ни определения «relux». Может быть: relu?', known: true });
  });
  it('say where they are not known', () => {
    expect(workError('Something quite new.')).toEqual({ text: 'Something quite new.', known: false });
    ui.lang = 'en';
    expect(workError('Something quite new.')).toEqual({ text: 'Something quite new.', known: true });
  });
});
