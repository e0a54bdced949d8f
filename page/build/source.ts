// The digest of everything that decides the built page. Python computes the same
// (tests/page/test_build.py), so that a stale page is noticed where Node.js is missing.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = [
  'build',
  'fonts',
  'index.html',
  'package-lock.json',
  'package.json',
  'src',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
];

function files(root: string, path: string): string[] {
  try {
    const inside = readdirSync(join(root, path));
    return inside.flatMap((name) => files(root, `${path}/${name}`));
  } catch {
    return [path];
  }
}

export function sourceDigest(root: string): string {
  const hash = createHash('sha256');
  const all = PARTS.flatMap((part) => files(root, part)).sort();
  for (const path of all) {
    const inner = createHash('sha256').update(readFileSync(join(root, path))).digest('hex');
    hash.update(`${path} ${inner}\n`);
  }
  return hash.digest('hex');
}
