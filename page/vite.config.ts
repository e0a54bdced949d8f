import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { oneFile, PAGES } from './build/oneFile.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
// Three files from one source: PAGE=page (any record), course (and lessons), studio (everything).
const name = PAGES.find((page) => page === process.env.PAGE) ?? 'page';

export default defineConfig({
  root,
  plugins: [svelte(), oneFile(root, name)],
  build: {
    // School machines stay behind: no syntax that browsers of early 2022 do not know.
    target: ['chrome100', 'firefox100', 'safari15.4'],
    outDir: '../src/svertka/page',
    emptyOutDir: false,
    assetsInlineLimit: 1_000_000,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: false }, checks: { pluginTimings: false } },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
