import { expect, it } from 'vitest';
import { cell, convolve, outputSize, pool, relu, seenIn, square, stagesOf, trouble, type Volume } from '../src/lib/convolve.ts';
import { kernels, nameOf, planeText, readPlane, resized } from '../src/lib/kernels.ts';

const steps = { stride: 1, padding: 0, dilation: 1 };
const picture: Volume = [[[1, 2, 0, 1], [0, 1, 3, 2], [2, 0, 1, 1], [1, 2, 2, 0]]];
const filter: Volume = [[[1, 0, -1], [2, 0, -2], [1, 0, -1]]];

it('slides a filter as by hand', () => {
  // First cell: (1·1 − 0) + 2(0 − 3) + (2 − 1) = 1 − 6 + 1.
  expect([...(convolve(picture, [filter], [0], steps).planes[0] ?? [])]).toEqual([-4, -2, -2, -1]);
  const one = cell(picture, [filter], [0.5], steps, [0, 0, 0]);
  expect(one.terms[0]?.products).toEqual([[1, 0, -0], [0, 0, -6], [2, 0, -1]]);
  expect([one.terms[0]?.sum, one.bias, one.result]).toEqual([-4, 0.5, -3.5]);
});

it('has the sizes of the lecture', () => {
  expect([outputSize(28, 3, steps), outputSize(28, 5, steps)]).toEqual([26, 24]);
  expect([1, 2, 3].map((stride) => outputSize(7, 3, { ...steps, stride }).toFixed(2))).toEqual(['5.00', '3.00', '2.33']);
  expect(outputSize(7, 3, { ...steps, padding: 1 })).toBe(7);
  expect(outputSize(7, 3, { ...steps, dilation: 2 })).toBe(3);
});

it('cell by cell is the whole, for any step, padding, dilation and number of channels', () => {
  let seed = 7;
  const random = () => ((seed = (seed * 16807) % 2147483647) % 19) - 9;
  const volume = (c: number, h: number, w: number): Volume =>
    Array.from({ length: c }, () => Array.from({ length: h }, () => Array.from({ length: w }, random)));
  for (const separate of [false, true])
    for (const [stride, padding, dilation] of [[1, 0, 1], [2, 1, 1], [1, 3, 2], [3, 2, 1]] as const) {
      const input = volume(3, 9, 7);
      const filters = [volume(3, 3, 2), volume(3, 3, 2)];
      const found = convolve(input, filters, [1, -2], { stride, padding, dilation }, separate);
      const [high, wide] = found.size;
      expect(found.planes).toHaveLength(separate ? 3 : 2);
      found.planes.forEach((plane, map) =>
        plane.forEach((value, at) => {
          const one = cell(input, filters, [1, -2], { stride, padding, dilation }, [map, Math.floor(at / wide), at % wide], separate);
          expect(one.result).toBe(value);
          expect(one.terms).toHaveLength(separate ? 1 : 3);
        }),
      );
      expect(high * wide).toBe(found.planes[0]?.length);
    }
});

it('knows padding from zeros', () => {
  expect(cell(picture, [filter], [], { ...steps, padding: 1 }, [0, 0, 0]).terms[0]?.window).toEqual([
    [null, null, null], [null, 1, 2], [null, 0, 1],
  ]);
});

it('says what does not fit', () => {
  const big = [[...Array(5)].map(() => [1, 1, 1, 1, 1])];
  expect(trouble(picture, [big], steps)).toMatchObject({ kind: 'larger', kernel: [5, 5], size: [4, 4] });
  expect(trouble(picture, [big], { ...steps, padding: 1 })).toBeNull();
  expect(trouble(picture, [filter], { ...steps, dilation: 2 })).toMatchObject({ kind: 'larger', kernel: [5, 5] });
  expect(trouble([...picture, ...picture], [filter], steps)).toMatchObject({ kind: 'channels', input: 2, filter: 1 });
  expect(trouble([...picture, ...picture], [filter], steps, true)).toBeNull();
  expect(trouble([], [filter], steps)).toEqual({ kind: 'empty' });
});

it('cuts off what is negative and pools', () => {
  const maps = { size: [4, 4] as const, planes: [Float64Array.from([1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4])] };
  expect([...(pool(maps, 'max', 2).planes[0] ?? [])]).toEqual([6, 8, 3, 4]); // the lecture's example
  expect([...(pool(maps, 'average', 2).planes[0] ?? [])]).toEqual([3.25, 5.25, 2, 2]);
  expect(square(maps.planes[0]!, 4, 2, 0, 1)).toEqual([[2, 4], [7, 8]]);
  expect(pool({ size: [5, 3], planes: [new Float64Array(15)] }, 'max', 2).size).toEqual([2, 1]);
  expect([...(relu({ size: [1, 3], planes: [Float64Array.from([-2, 0, 3])] }).planes[0] ?? [])]).toEqual([0, 0, 3]);
});

it('reads and writes filters', () => {
  expect(readPlane('1, 2\n3 −4')).toEqual([[1, 2], [3, -4]]);
  for (const bad of ['', '1,2;3', '1,x', '1,Infinity']) expect(readPlane(bad)).toBeNull();
  const vertical = kernels.vertical.map((line) => [...line]);
  expect(readPlane(planeText(vertical))).toEqual(vertical);
  expect([nameOf(vertical), nameOf([[1]])]).toEqual(['vertical', null]);
  expect(resized(resized(vertical, 5), 3)).toEqual(vertical);
  expect(resized(vertical, 1)).toEqual([[0]]);
});

it('goes on with ReLU and pooling, and knows where a cell comes from', () => {
  const map = { size: [5, 4] as const, planes: [Float64Array.from({ length: 20 }, (_, i) => i - 10)] };
  const stages = stagesOf(map, 'relu-max', 2);
  expect(stages.map((stage) => [stage.kind, ...stage.maps.size])).toEqual([['map', 5, 4], ['relu', 5, 4], ['max', 2, 2]]);
  expect(stagesOf(map, 'none', 2)).toHaveLength(1);
  expect(stagesOf(map, 'average', 6)).toHaveLength(1); // no square fits
  const cell = { stage: 2, y: 1, x: 1 };
  expect(seenIn(stages, cell, 0, 2)).toEqual({ y: 2, x: 2, n: 2 });
  expect(seenIn(stages, cell, 2, 2)).toEqual({ y: 1, x: 1, n: 1 });
  expect(seenIn(stages, { stage: 0, y: 3, x: 1 }, 1, 2)).toBeNull();
});
