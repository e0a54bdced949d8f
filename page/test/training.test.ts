import { describe, expect, it } from 'vitest';
import { apiOf } from '../src/lib/datasets.ts';
import { after, asCompared, commandOf, MOST_STEPS, nothing, quoted, share, type Told } from '../src/lib/training.ts';

const step = (n: number, more: object = {}): Told => ({
  event: 'step', step: n, steps: 100, epoch: 1, epochs: 2, train_loss: 1 / n, images_per_second: 10, seconds_left: 1, ...more,
});
const epoch = (n: number, more: object = {}): Told => ({
  event: 'epoch', epoch: n, step: 50 * n, train_loss: 0.5, val_loss: 0.4, val_accuracy: 0.9, learning_rate: 0.1,
  images_per_second: 10, seconds: n, ...more,
});
const told = (...events: Told[]) => events.reduce(after, nothing());

describe('a training told event by event', () => {
  it('keeps steps and epochs in order', () => {
    const known = told(step(1), step(5), epoch(1), step(60), epoch(2, { best: true }));
    expect(known.steps.map((s) => s.step)).toEqual([1, 5, 60]);
    expect(known.history.map((e) => e.epoch)).toEqual([1, 2]);
    expect(known.best).toBe(2);
  });
  it('takes the later telling of what a stop made it repeat', () => {
    const known = told(step(10), step(20), epoch(1), step(12, { train_loss: 7 }), epoch(1, { val_accuracy: 0.95 }));
    expect(known.steps.map((s) => s.step)).toEqual([10, 12]);
    expect(known.steps.at(-1)?.train_loss).toBe(7);
    expect(known.history).toHaveLength(1);
    expect(known.history[0]?.val_accuracy).toBe(0.95);
  });
  it('says why it failed, and forgets it when it goes on', () => {
    const failed = told(step(3), { event: 'state', state: 'failed', error: 'The loss is no longer a number' });
    expect(failed.state).toBe('failed');
    expect(failed.reason).toContain('no longer a number');
    expect(after(failed, { event: 'state', state: 'training', error: null })).toMatchObject({ state: 'training', reason: '' });
  });
  it('knows how much is done', () => {
    expect(share(nothing())).toBeNull();
    expect(share(told({ event: 'planned', steps: 200, epochs: 2 }))).toBe(0);
    expect(share(told(step(25)))).toBe(0.25);
    expect(share(told(step(25), epoch(1)))).toBe(0.5);
    expect(share(told(step(25), { event: 'state', state: 'finished' }))).toBe(1);
    // Killed after its first epoch, it goes on from a checkpoint before that.
    expect(share(told(step(25), epoch(1), step(30)))).toBe(0.3);
  });
  it('thins many steps and keeps the last', () => {
    const many = Array.from({ length: 3 * MOST_STEPS }, (_, i) => step(i + 1));
    const known = told(...many);
    expect(known.steps.length).toBeLessThanOrEqual(MOST_STEPS);
    expect(known.steps.at(-1)?.step).toBe(3 * MOST_STEPS);
  });
  it('is not troubled by events that it does not know', () => {
    expect(told({ event: 'something new' })).toEqual(nothing());
  });
});

it('gives the command that trains the same', () => {
  const wish = { data: 'digits', net: '', weights: '', length: [], seed: 0 };
  expect(commandOf(wish)).toBe('svertka train digits');
  expect(commandOf({ ...wish, net: 'conv8-relu-fc{classes}', length: ['--epochs', '3'], seed: 7 })).toBe(
    "svertka train digits --net 'conv8-relu-fc{classes}' --epochs 3 --seed 7",
  );
  expect(commandOf({ ...wish, data: "/a b/it's", weights: 'runs/digits-1', length: ['--budget', '90s'] })).toBe(
    `svertka train '/a b/it'"'"'s' --weights runs/digits-1 --budget 90s`,
  );
  expect(quoted('')).toBe("''");
});

it('draws runs as a comparison, without epoch 0', () => {
  const [one] = asCompared([{ name: 'digits-1', history: [epoch(0), epoch(1)] as never }]);
  expect(one?.net).toBe('digits-1');
  expect(one?.runs[0]?.history.map((line) => line.epoch)).toEqual([1]);
});

it('asks for data by an id of any signs', () => {
  expect(apiOf('shelf:кошки и собаки', 'pictures', { part: '', class: null, from: 60 })).toBe(
    '/api/data/shelf%3A%D0%BA%D0%BE%D1%88%D0%BA%D0%B8%20%D0%B8%20%D1%81%D0%BE%D0%B1%D0%B0%D0%BA%D0%B8/pictures?from=60',
  );
});
