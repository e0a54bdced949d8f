// From the plan's tree to boxes and lines. `u` runs along the flow, `v` across it: the same layout
// gives a horizontal diagram (wide screens) and a vertical one (phones).
import type { DiagramNode, Layer } from './payload.ts';

export interface Step {
  type: 'box';
  layers: Layer[];
}
export interface Part {
  type: 'part';
  id: string;
  name: string;
  times: number;
  boxes: number;
  layers: Layer[];
}
export interface Frame {
  type: 'frame';
  id: string;
  name: string;
  inner: Flow;
}
export interface Fork {
  type: 'fork';
  join: 'add' | 'concat';
  branches: Flow[];
}
export type Item = Step | Part | Frame | Fork;
export type Flow = Item[];

/** Layers that only follow another one are written into its box. */
const LIGHT = new Set(
  'bn lrn relu relu6 leaky tanh sigmoid silu gelu drop softmax flatten'.split(' '),
);

export const isLight = (layer: Layer): boolean => LIGHT.has(layer.kind);

type Chain = Extract<DiagramNode, { type: 'chain' }>;

export class Drawing {
  private readonly byPath: Map<string, Layer>;

  constructor(
    private readonly root: DiagramNode,
    layers: readonly Layer[],
  ) {
    this.byPath = new Map(layers.map((layer) => [layer.path, layer]));
  }

  /** Boxes when every part is open. */
  get boxes(): number {
    return count(this.flow(() => true));
  }

  /** The parts that can be opened, from outside to inside. */
  get parts(): string[] {
    const ids = new Set<string>();
    this.flow((id) => {
      ids.add(id);
      return true;
    });
    return [...ids];
  }

  flow(open: (id: string) => boolean): Flow {
    return this.chain(this.root, '', open);
  }

  private chain(node: DiagramNode, at: string, open: (id: string) => boolean): Flow {
    const items = node.type === 'chain' ? node.items : [node];
    const flow: Flow = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as DiagramNode;
      const id = `${at}/${i}`;
      if (item.type === 'layer') this.layer(item.path, flow);
      else if (item.type === 'add' || item.type === 'concat') {
        const branches = item.items.map((b, j) => this.chain(b, `${id}.${j}`, open));
        flow.push({ type: 'fork', join: item.type, branches });
      } else if (item.type !== 'chain') continue; // newer than this page
      else if (item.name === null) flow.push(...this.chain(item, id, open));
      else {
        const same = run(items, i);
        flow.push(...this.named(same, item.name, id, open));
        i += same.length - 1;
      }
    }
    return flow;
  }

  private layer(path: string, flow: Flow): void {
    const layer = this.byPath.get(path);
    if (!layer || layer.kind === 'id') return;
    const last = flow.at(-1);
    if (isLight(layer) && last?.type === 'box') last.layers.push(layer);
    else flow.push({ type: 'box', layers: [layer] });
  }

  private named(same: Chain[], name: string, id: string, open: (id: string) => boolean): Flow {
    const each = same.map((chain, k) => this.chain({ ...chain, name: null }, `${id}~${k}`, open));
    const trivial = each.every((flow) => flow.length <= 1 && flow.every((x) => x.type === 'box'));
    if (trivial) return each.flat();
    if (open(id)) {
      return each.map((inner, k) => {
        const title = same.length > 1 ? `${name} ${k + 1}/${same.length}` : name;
        return { type: 'frame', id, name: title, inner };
      });
    }
    const all = same.flatMap((chain) => this.layers(chain));
    const boxes = each.reduce((sum, flow) => sum + count(flow), 0);
    return [{ type: 'part', id, name, times: same.length, boxes, layers: all }];
  }

  private layers(node: DiagramNode): Layer[] {
    if (node.type === 'layer') {
      const layer = this.byPath.get(node.path);
      return layer ? [layer] : [];
    }
    const inner = node.items.flatMap((item) => this.layers(item));
    const own = node.type !== 'chain' && node.path ? this.byPath.get(node.path) : undefined;
    return own ? [...inner, own] : inner;
  }
}

/** The chains of one name that stand in a row from place `i` on. */
function run(items: readonly DiagramNode[], i: number): Chain[] {
  const first = items[i] as Chain;
  const same = [first];
  for (const next of items.slice(i + 1)) {
    if (next.type !== 'chain' || next.name !== first.name) break;
    same.push(next);
  }
  return same;
}

export function count(flow: Flow): number {
  return flow.reduce((sum, item) => {
    if (item.type === 'frame') return sum + count(item.inner);
    if (item.type === 'fork') return sum + item.branches.reduce((n, b) => n + count(b), 0);
    return sum + 1;
  }, 0);
}
