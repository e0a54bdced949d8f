import { beforeEach, describe, expect, it } from 'vitest';
import { ui } from '../src/lib/ui.svelte.ts';
import { addressOf, readPlace } from '../src/studio/place.svelte.ts';
import { netError } from '../src/texts/netErrors.ts';

describe('the address is the place', () => {
  it('reads and writes', () => {
    expect(readPlace('')).toEqual({ screen: '', name: '', values: {} });
    expect(readPlace('#/run/digits-1')).toEqual({ screen: 'run', name: 'digits-1', values: {} });
    const values = { text: '(id + conv8)\n| #1 & более', input: '1x28x28' };
    expect(readPlace(addressOf('net', '', values))).toEqual({ screen: 'net', name: '', values });
    expect(readPlace(addressOf('run', 'a/b ? #', {}))).toMatchObject({ screen: 'run', name: 'a/b ? #' });
  });
  it('leaves out what is empty, and bears damage', () => {
    expect(addressOf('net', '', { text: '', input: '3x8x8' })).toBe('#/net?input=3x8x8');
    expect(readPlace('#/run/%E0%A4%A')).toMatchObject({ screen: 'run' });
  });
});

describe('faults of a text', () => {
  beforeEach(() => void (ui.lang = 'ru'));
  it('are told in Russian, sentence by sentence', () => {
    expect(netError('a 9x9 filter does not fit a 7x7 input: (7 + 2·0 − 9)/1 + 1 < 1. Use k7 or smaller, or p1 or more.')).toBe(
      'Фильтр 9x9 не помещается на входе 7x7: (7 + 2·0 − 9)/1 + 1 < 1. Возьмите k7 и меньше или p1 и больше.',
    );
    expect(netError("There is no layer or definition 'relux'. Did you mean: relu, relu6?")).toBe(
      'Нет ни слоя, ни определения «relux». Может быть: relu, relu6?',
    );
  });
  it('are shown as they are where they are not known', () => {
    expect(netError("'conv8z3' does not read as conv with its keys: k kernel, t TensorFlow's same padding.")).toBe(
      '«conv8z3» не читается как conv; его ключи: k фильтр, t паддинг, как в TensorFlow.',
    );
    expect(netError('The net has more than 10,000 steps.')).toBe('В сети больше 10\u00a0000 шагов.');
    expect(netError('Something new.')).toBe('Something new.');
    ui.lang = 'en';
    expect(netError('a 9x9 filter does not fit.')).toBe('A 9x9 filter does not fit.');
  });
});
