// The network language in colours. Only colours: what the text means, Python says.

export type TokenKind = 'comment' | 'number' | 'word' | 'name' | 'key' | 'sign' | 'brace' | 'plain';

export interface Token {
  kind: TokenKind;
  text: string;
}

const PATTERN = /#[^\n]*|\{[^}\n]*\}|[A-Za-z_]+|\d+(?:\.\d+)?|[-+|,*()[\]=?]|\s+|./gsu;

const DEFINITION = /^[ \t]*([A-Za-z_]\w*)(?:\([^)\n]*\))?[ \t]*=/gm;

/** The text cut into coloured pieces; joined they are the text again. */
export function tokens(text: string): Token[] {
  const names = new Set([...text.matchAll(DEFINITION)].map((m) => (m[1] ?? '').toLowerCase()));
  const found: Token[] = [];
  let before = '';
  for (const [piece] of text.matchAll(PATTERN)) {
    found.push({ kind: kindOf(piece, before, names), text: piece });
    before = piece;
  }
  return found;
}

function kindOf(piece: string, before: string, names: Set<string>): TokenKind {
  if (piece.startsWith('#')) return 'comment';
  if (piece.startsWith('{') && piece.length > 1) return 'brace';
  if (/^\d/.test(piece)) return 'number';
  if (/^[A-Za-z_]/.test(piece)) {
    if (/^(\d|\{)/.test(before)) return 'key';
    return names.has(piece.toLowerCase()) ? 'name' : 'word';
  }
  if (/^[-+|,*()[\]=?]$/.test(piece)) return 'sign';
  return 'plain';
}
