import { describe, expect, it } from 'vitest';
import { Drawing, count } from '../src/lib/diagram.ts';
import { Layout } from '../src/lib/diagramLayout.ts';
import { tokens } from '../src/lib/netText.ts';
import type { DiagramNode, Layer } from '../src/lib/payload.ts';

const layer = (path: string, kind: string, word = kind): Layer => ({
  path, word, kind, output: [8, 4, 4], parameters: 1, multiply_adds: 1, receptive_field: [3, 3], note: '',
});
const leaf = (path: string): DiagramNode => ({ type: 'layer', path });
const block = (k: number): DiagramNode => ({
  type: 'chain', name: 'block', items: [
    { type: 'add', path: `b${k}.add`, items: [
      { type: 'chain', name: null, items: [] },
      { type: 'chain', name: null, items: [leaf(`b${k}.conv1`), leaf(`b${k}.bn1`), leaf(`b${k}.conv2`)] },
    ] },
    leaf(`b${k}.relu`),
  ],
});
const layers = [
  layer('conv', 'conv'), layer('bn', 'bn'),
  ...[1, 2].flatMap((k) => [
    layer(`b${k}.conv1`, 'conv'), layer(`b${k}.bn1`, 'bn'), layer(`b${k}.conv2`, 'conv'),
    layer(`b${k}.add`, 'add', '+'), layer(`b${k}.relu`, 'relu'),
  ]),
  layer('fc', 'fc'),
];
const root: DiagramNode = { type: 'chain', name: null, items: [leaf('conv'), leaf('bn'), block(1), block(2), leaf('fc')] };

describe('the diagram', () => {
  const drawing = new Drawing(root, layers);
  it('writes a layer that only follows into the box before it', () => {
    const [first] = drawing.flow(() => true);
    expect(first?.type === 'box' && first.layers.map((l) => l.path)).toEqual(['conv', 'bn']);
  });
  it('closes equal parts into one', () => {
    const flow = drawing.flow(() => false);
    expect(flow.map((item) => item.type)).toEqual(['box', 'part', 'box']);
    const part = flow[1];
    expect(part?.type === 'part' && [part.name, part.times, part.layers.length]).toEqual(['block', 2, 10]);
  });
  it('opens them again, and counts the boxes', () => {
    const flow = drawing.flow(() => true);
    expect(flow.map((item) => item.type)).toEqual(['box', 'frame', 'frame', 'box']);
    expect([count(flow), drawing.boxes, drawing.parts.length]).toEqual([8, 8, 1]);
  });
  it('leaves out what a newer tree may hold', () => {
    const newer = { type: 'chain', name: null, items: [leaf('conv'), { type: 'aux', items: [] }] } as never;
    expect(new Drawing(newer, layers).flow(() => true)).toHaveLength(1);
  });
  for (const across of [true, false]) {
    it(`puts everything inside the picture and nothing over another (${across ? 'wide' : 'tall'})`, () => {
      const picture = new Layout(across, () => 'x').picture(drawing.flow(() => true), 400);
      for (const { x, y, w, h } of [...picture.boxes, ...picture.frames]) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + w).toBeLessThanOrEqual(picture.width);
        expect(y + h).toBeLessThanOrEqual(picture.height);
      }
      picture.boxes.forEach((a, i) =>
        picture.boxes.slice(i + 1).forEach((b) => {
          const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
          expect(apart).toBe(true);
        }),
      );
    });
  }
});

it('colours a text without changing it', () => {
  const text = '# a net\nblock(n) = (id + conv{n}k3-bn)-relu\n\tconv64k7s2,block(64)*3 \u{1f600}\n';
  const found = tokens(text);
  expect(found.map((x) => x.text).join('')).toBe(text);
  const kind = (piece: string) => found.find((x) => x.text === piece)?.kind;
  expect([kind('# a net'), kind('block'), kind('conv'), kind('{n}'), kind('k'), kind('64')]).toEqual(
    ['comment', 'name', 'word', 'brace', 'key', 'number'],
  );
});
