// Everything into one HTML file: script and style inline, and a policy that forbids all requests.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { sourceDigest } from './source.ts';

const SLOT = '<script type="application/json" id="payload">null</script>';

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** No text of a script may end its element, or open a comment that swallows the end. */
function safeScript(code: string): string {
  return code.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

function policy(scripts: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(sha256).join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function oneFile(root: string): Plugin {
  return {
    name: 'one-file',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('index.html is missing from the bundle');
        let code = '';
        let css = '';
        for (const [name, item] of Object.entries(bundle)) {
          if (name === 'index.html') continue;
          if (item.type === 'chunk') code += item.code;
          else if (name.endsWith('.css')) css += String(item.source);
          else throw new Error(`${name} did not become part of the page`);
          delete bundle[name];
        }
        const script = safeScript(code.trim());
        let html = String(page.source)
          .replace(/\s*<script type="module"[^>]*><\/script>/g, '')
          .replace(/\s*<link rel="(stylesheet|modulepreload)"[^>]*>/g, '');
        const early = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((m) => m[1] ?? '');
        const head = [
          `<meta http-equiv="Content-Security-Policy" content="${policy([...early, script])}">`,
          `<meta name="source" content="${sourceDigest(root)}">`,
        ].join('\n');
        // Functions as replacements: the code is full of `$&`-like signs.
        html = html
          .replace('<!--head-->', () => head)
          .replace('</head>', () => `<style>${css.trim()}</style>\n</head>`)
          .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
        if (html.split(SLOT).length !== 2) throw new Error('the slot must be there exactly once');
        page.source = html;
        page.fileName = 'page.html';
      },
    },
  };
}
