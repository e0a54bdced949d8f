// Everything into one HTML file: script and style inline, and a policy that forbids all requests;
// the studio's page may ask the server that it came from, and nobody else.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { sourceDigest } from './source.ts';

export const PAGES = ['page', 'course', 'studio'] as const;
export type PageName = (typeof PAGES)[number];

const SLOT = '<script type="application/json" id="payload">null</script>';

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** No text of a script may end its element, or open a comment that swallows the end. */
function safeScript(code: string): string {
  return code.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

function policy(name: PageName, scripts: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(sha256).join(' ')}`,
    "style-src 'unsafe-inline'",
    ...(name === 'studio' ? ["connect-src 'self'", "img-src 'self' data: blob:"] : ['img-src data:']),
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function oneFile(root: string, name: PageName): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    // One index.html for all: only the entry differs.
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace('/src/main.ts', name === 'page' ? '/src/main.ts' : `/src/${name}.ts`),
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('index.html is missing from the bundle');
        let code = '';
        let css = '';
        for (const [file, item] of Object.entries(bundle)) {
          if (file === 'index.html') continue;
          if (item.type === 'chunk') code += item.code;
          else if (file.endsWith('.css')) css += String(item.source);
          else throw new Error(`${file} did not become part of the page`);
          delete bundle[file];
        }
        const script = safeScript(code.trim());
        let html = String(page.source)
          .replace(/\s*<script type="module"[^>]*><\/script>/g, '')
          .replace(/\s*<link rel="(stylesheet|modulepreload)"[^>]*>/g, '');
        const early = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((m) => m[1] ?? '');
        const head = [
          `<meta http-equiv="Content-Security-Policy" content="${policy(name, [...early, script])}">`,
          `<meta name="source" content="${sourceDigest(root)}">`,
        ].join('\n');
        // Functions as replacements: the code is full of `$&`-like signs.
        html = html
          .replace('<!--head-->', () => head)
          .replace('</head>', () => `<style>${css.trim()}</style>\n</head>`)
          .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
        if (html.split(SLOT).length !== 2) throw new Error('the slot must be there exactly once');
        page.source = html;
        page.fileName = `${name}.html`;
      },
    },
  };
}
