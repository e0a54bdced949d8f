// Places for the boxes and lines of a diagram.
import { isLight, type Flow, type Item, type Part, type Step } from './diagram.ts';

export interface Placed {
  item: Step | Part;
  x: number;
  y: number;
  w: number;
  h: number;
  lines: { text: string; role: 'title' | 'sub' | 'shape' }[];
}
export interface PlacedFrame {
  id: string;
  name: string;
  x: number;
  y: number;
  w: number;
  h: number;
}
export interface Joint {
  join: 'add' | 'concat';
  x: number;
  y: number;
}
export interface Line {
  d: string;
  arrow: boolean;
}
export interface Picture {
  width: number;
  height: number;
  boxes: Placed[];
  frames: PlacedFrame[];
  joints: Joint[];
  lines: Line[];
}

export const JOINT = 11;
const GAP = 26;
const LEAD = 30;
const BETWEEN = 16;
const ROWS = 44;
const PAD = 14;
const LABEL = 24;
const MONO = 8.6;
const SMALL = 7.5;

/** A laid-out piece: `u` long, reaching `before` and `after` the flow's line across it. */
interface Block {
  u: number;
  before: number;
  after: number;
  boxes: number;
  /** It begins with a box, at which an arrow may point. */
  solid: boolean;
  draw(u: number, v: number): void;
}

/** How one part's caption reads: "12 layers". */
export type Caption = (part: Part) => string;

export class Layout {
  private readonly out: Picture = {
    width: 0,
    height: 0,
    boxes: [],
    frames: [],
    joints: [],
    lines: [],
  };

  constructor(
    private readonly across: boolean,
    private readonly caption: Caption,
  ) {}

  /** A picture at most `width` wide, as far as its widest piece allows. */
  picture(flow: Flow, width: number): Picture {
    const blocks = flow.map((item) => this.block(item));
    const rows = this.across ? wrap(blocks, width - 2 * PAD) : [blocks];
    let v = PAD;
    let far = 0;
    let leave: [number, number] | null = null;
    for (const row of rows) {
      const before = Math.max(0, ...row.map((b) => b.before));
      const after = Math.max(0, ...row.map((b) => b.after));
      const line = v + before;
      if (leave) this.turn(leave, [PAD, line], v, row[0]?.solid ?? false);
      const end = this.row(row, PAD, line);
      far = Math.max(far, end);
      leave = [end, line];
      v = line + after + ROWS;
    }
    const [long, broad] = [far + PAD, v - ROWS + PAD];
    return Object.assign(this.out, {
      width: this.across ? long : broad,
      height: this.across ? broad : long,
    });
  }

  private row(row: Block[], from: number, line: number): number {
    let u = from;
    row.forEach((block, i) => {
      if (i > 0) {
        this.line(`M${this.at(u, line)}L${this.at(u + GAP, line)}`, block.solid);
        u += GAP;
      }
      block.draw(u, line);
      u += block.u;
    });
    return u;
  }

  /** From the end of a row round to the start of the next. */
  private turn(
    [u, v]: [number, number],
    [u2, v2]: [number, number],
    top: number,
    arrow: boolean,
  ): void {
    const middle = top - ROWS / 2;
    const path = [
      `M${this.at(u, v)}L${this.at(u + 10, v)}L${this.at(u + 10, middle)}`,
      `L${this.at(u2 - 10, middle)}L${this.at(u2 - 10, v2)}L${this.at(u2, v2)}`,
    ];
    this.line(path.join(''), arrow);
  }

  private block(item: Item): Block {
    if (item.type === 'fork') return this.fork(item.join, item.branches);
    if (item.type === 'frame') return this.frame(item.id, item.name, item.inner);
    return this.box(item);
  }

  private box(item: Step | Part): Block {
    const lines = this.text(item);
    const widths = lines.map((l) => l.text.length * (l.role === 'title' ? MONO : SMALL));
    const w = Math.max(56, Math.ceil(Math.max(...widths) + 22));
    const h = 16 + lines.reduce((sum, l) => sum + (l.role === 'title' ? 18 : 16), 0);
    const [u, v] = this.across ? [w, h] : [h, w];
    return {
      u,
      before: v / 2,
      after: v / 2,
      boxes: 1,
      solid: true,
      draw: (u0, v0) => {
        const [x, y] = this.across ? [u0, v0 - h / 2] : [v0 - w / 2, u0];
        this.out.boxes.push({ item, x, y, w, h, lines });
      },
    };
  }

  private text(item: Step | Part): Placed['lines'] {
    const shape = item.layers.at(-1)?.output.join('×') ?? '';
    if (item.type === 'part') {
      const title = item.times > 1 ? `${item.name} ×${item.times}` : item.name;
      return [
        { text: title, role: 'title' },
        { text: this.caption(item), role: 'sub' },
        { text: shape, role: 'shape' },
      ];
    }
    const [first, ...rest] = item.layers;
    const follow = rest.map((layer) => layer.word).join(' · ');
    const lines: Placed['lines'] = [{ text: first?.word ?? '', role: 'title' }];
    if (follow) lines.push({ text: follow, role: 'sub' });
    if (first && !isLight(first)) lines.push({ text: shape, role: 'shape' });
    return lines;
  }

  private frame(id: string, name: string, flow: Flow): Block {
    const blocks = flow.map((item) => this.block(item));
    const inner = blocks.reduce((sum, b) => sum + b.u, 0) + GAP * (blocks.length - 1);
    const label = name.length * SMALL + 34;
    const first = this.across ? PAD : PAD + LABEL;
    const u = this.across ? Math.max(inner + 2 * PAD, label) : inner + first + PAD;
    let before = Math.max(...blocks.map((b) => b.before)) + PAD + (this.across ? LABEL : 0);
    let after = Math.max(...blocks.map((b) => b.after)) + PAD;
    if (!this.across) {
      const lack = Math.max(0, label - before - after) / 2;
      before += lack;
      after += lack;
    }
    const draw = (u0: number, v0: number) => {
      const [x, y] = this.across ? [u0, v0 - before] : [v0 - before, u0];
      const [w, h] = this.across ? [u, before + after] : [before + after, u];
      this.out.frames.push({ id, name, x, y, w, h });
      const start = this.across ? u0 + (u - inner) / 2 : u0 + first;
      this.line(`M${this.at(u0, v0)}L${this.at(start, v0)}`, blocks[0]?.solid ?? false);
      const end = this.row(blocks, start, v0);
      this.line(`M${this.at(end, v0)}L${this.at(u0 + u, v0)}`, false);
    };
    const boxes = blocks.reduce((n, b) => n + b.boxes, 0);
    return { u, before, after, boxes, solid: false, draw };
  }

  private fork(join: 'add' | 'concat', flows: Flow[]): Block {
    const branches = flows.map((flow) => {
      const blocks = flow.map((item) => this.block(item));
      return {
        blocks,
        u: blocks.reduce((sum, b) => sum + b.u, 0) + GAP * Math.max(0, blocks.length - 1),
        before: Math.max(5, ...blocks.map((b) => b.before)),
        after: Math.max(5, ...blocks.map((b) => b.after)),
        boxes: blocks.reduce((n, b) => n + b.boxes, 0),
      };
    });
    // The busiest branch lies on the flow's own line: a skip is seen to go round it.
    const busiest = Math.max(0, ...branches.map((b) => b.boxes));
    const main = Math.max(0, branches.findIndex((b) => b.boxes === busiest));
    const offsets: number[] = [];
    let v = 0;
    for (const branch of branches) {
      offsets.push(v + branch.before);
      v += branch.before + branch.after + BETWEEN;
    }
    const line = offsets[main] ?? 0;
    const widest = Math.max(0, ...branches.map((b) => b.u));
    const u = widest + 2 * LEAD + JOINT;
    const draw = (u0: number, v0: number) => {
      branches.forEach((branch, i) => {
        const at = v0 - line + (offsets[i] ?? 0);
        const start = u0 + LEAD + (widest - branch.u) / 2;
        const stop = u0 + LEAD + widest;
        const out = this.bend([u0, v0], [u0 + LEAD, at]);
        this.line(`M${this.at(u0, v0)}${out}L${this.at(start, at)}`, branch.blocks[0]?.solid ?? false);
        const end = this.row(branch.blocks, start, at);
        const back = this.bend([stop, at], [u0 + u - 2 * JOINT, v0]);
        this.line(`M${this.at(end, at)}L${this.at(stop, at)}${back}`, i === main);
      });
      const [x, y] = this.across ? [u0 + u - JOINT, v0] : [v0, u0 + u - JOINT];
      this.out.joints.push({ join, x, y });
    };
    const boxes = branches.reduce((n, b) => n + b.boxes, 0);
    return { u, before: line, after: v - BETWEEN - line, boxes, solid: false, draw };
  }

  /** On from a point that the path has reached: straight, or an S. */
  private bend([u, v]: [number, number], [u2, v2]: [number, number]): string {
    if (Math.abs(v - v2) < 0.5) return `L${this.at(u2, v2)}`;
    const middle = (u + u2) / 2;
    return `C${this.at(middle, v)} ${this.at(middle, v2)} ${this.at(u2, v2)}`;
  }

  private at(u: number, v: number): string {
    const [x, y] = this.across ? [u, v] : [v, u];
    return `${round(x)},${round(y)}`;
  }

  private line(d: string, arrow: boolean): void {
    this.out.lines.push({ d, arrow });
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Rows no longer than `width`, as texts are set. */
function wrap(blocks: Block[], width: number): Block[][] {
  const rows: Block[][] = [];
  let length = Infinity;
  for (const block of blocks) {
    if (length + GAP + block.u > width) {
      rows.push([block]);
      length = block.u;
    } else {
      rows.at(-1)?.push(block);
      length += GAP + block.u;
    }
  }
  return rows.length > 0 ? rows : [[]];
}
