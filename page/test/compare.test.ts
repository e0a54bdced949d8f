import { describe, expect, it } from 'vitest';
import { logMarks, netName, reportOf, shareMarks, stretched } from '../src/lib/compare.ts';
import type { ComparedNet } from '../src/lib/payload.ts';
import { ui } from '../src/lib/ui.svelte.ts';

describe('the stretched axis', () => {
  it('gives each halving of the mistakes the same length', () => {
    const length = (a: number, b: number) => stretched(b, 1e-4) - stretched(a, 1e-4);
    expect(length(0.8, 0.9)).toBeCloseTo(1);
    expect(length(0.98, 0.99)).toBeCloseTo(1);
  });
  it('ends where the pictures can tell no more', () => {
    expect(stretched(1, 0.0005)).toBe(stretched(0.9995, 0.0005));
  });
  it('marks round shares', () => {
    ui.lang = 'en';
    expect(shareMarks(0.9, 0.995).map((mark) => mark.name)).toEqual(['90%', '95%', '98%', '99%', '99.5%']);
  });
});

it('marks powers of ten, and more between them where they are few', () => {
  expect(logMarks(500, 3e7)).toEqual([1e3, 1e4, 1e5, 1e6, 1e7]);
  expect(logMarks(0.03, 0.4)).toEqual([0.05, 0.1, 0.2]);
});

it('keeps both ends of a long name', () => {
  const net = (text: string) => ({ net: text }) as ComparedNet;
  expect(netName(net('lenet5'))).toBe('lenet5');
  expect(netName(net('conv8-relu-\n pool-conv16-relu-pool-fc10'), 18)).toBe('conv8-relu-…l-fc10');
});

it('links to reports beside the page alone', () => {
  expect(reportOf('lenet5-seed0', 'file:')).toBe('./lenet5-seed0/report.html');
  expect(reportOf('a b', 'https:')).toBe('./a%20b/report.html');
  for (const folder of ['..', '../x', 'a/b', 'a\\b', '']) expect(reportOf(folder, 'file:')).toBeNull();
  expect(reportOf('lenet5-seed0', 'about:')).toBeNull();
});
