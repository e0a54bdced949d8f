import { describe, expect, it } from 'vitest';
import { across, asDigit, columnsIn, readFrame, type DrawnLayer } from '../src/lib/drawing.ts';

const SIDE = 28;
const drawn = (ink: (y: number, x: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => ink(Math.floor(i / SIDE), i % SIDE));
const inked = (pixels: Uint8Array) => {
  const places = [...pixels].flatMap((v, i) => (v > 0 ? [[Math.floor(i / SIDE), i % SIDE] as const] : []));
  const [ys, xs] = [places.map(([y]) => y), places.map(([, x]) => x)];
  return { top: Math.min(...ys), bottom: Math.max(...ys), left: Math.min(...xs), right: Math.max(...xs) };
};

describe('a drawing like the digits of MNIST', () => {
  it('stays empty', () => expect(asDigit(new Uint8Array(SIDE * SIDE), SIDE).every((v) => v === 0)).toBe(true));
  it('is scaled to 20 cells and put into the middle', () => {
    const small = drawn((y, x) => (y >= 2 && y < 12 && x >= 1 && x < 5 ? 255 : 0));
    expect(inked(asDigit(small, SIDE))).toEqual({ top: 4, bottom: 23, left: 10, right: 17 });
  });
  it('leaves what is as it should be', () => {
    const right = drawn((y, x) => (y >= 4 && y < 24 && x >= 9 && x < 19 ? 200 : 0));
    expect(asDigit(right, SIDE)).toEqual(right);
  });
  it('takes the mean where it grows smaller', () => {
    const board = drawn((y, x) => ((y + x) % 2 === 0 ? 200 : 0));
    const made = asDigit(board, SIDE);
    const middle = made[14 * SIDE + 14] ?? 0;
    expect(middle).toBeGreaterThan(60);
    expect(middle).toBeLessThan(140);
  });
});

it('reads header and maps of a message', () => {
  const layers: DrawnLayer[] = [
    { name: 'conv', kind: 'conv', count: 2, shape: [2, 1, 2] },
    { name: 'fc', kind: 'fc', count: 1, shape: [1, 1, 1] },
  ];
  const header = new TextEncoder().encode('{"answer":[{"class":"ж","probability":1}],"most":[2,3]}');
  const data = new Uint8Array(4 + header.length + 5);
  new DataView(data.buffer).setUint32(0, header.length, true);
  data.set(header, 4);
  data.set([127, 129, 0, 1, 255], 4 + header.length);
  const frame = readFrame(data.buffer, layers);
  expect(frame.answer[0]?.class).toBe('ж');
  expect(frame.maps.map((one) => [...one])).toEqual([[127, -127, 0, 1], [-1]]);
});

it('lays maps out in a wide sheet', () => {
  expect(across([6, 28, 28])).toBe(6);
  expect(across([1, 1, 64])).toBe(1);
  expect(across([64, 1, 1])).toBe(16);
});

describe('the sheet of maps in a frame', () => {
  it('has its maps as large as they can be, and no needless empty place', () => {
    expect(columnsIn([16, 28, 28], 1.5)).toBe(4); // five would be no larger, with four places empty
    expect(columnsIn([16, 28, 28], 4)).toBe(8);
    expect(columnsIn([3, 10, 10], 9)).toBe(3);
    expect(columnsIn([64, 7, 7], 1 / 9)).toBe(3);
  });
  it('is never cut off and nowhere beaten by another number of columns', () => {
    for (const n of [1, 2, 7, 30, 100])
      for (const ratio of [0.3, 1, 1.8]) {
        const size = (columns: number) => Math.min(ratio / columns, 1 / Math.ceil(n / columns));
        const best = Math.max(...Array.from({ length: n }, (_, i) => size(i + 1)));
        expect(size(columnsIn([n, 9, 9], ratio))).toBeGreaterThan(0.995 * best);
      }
  });
});
