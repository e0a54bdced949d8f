// What the page draws: plain JSON, written by `to_dict()` of the Python records.
// Every part may be missing: a run may have been stopped, a part may have no pictures.

import type { Flow } from './flow.ts';
import type { FieldAxis } from './look.ts';

export interface Metric {
  value: number;
  low: number;
  high: number;
}

export interface ClassScore {
  class: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
  /** Of labels: average precision, area under the ROC curve, and from where on it is given. */
  ap?: number | null;
  auc?: number | null;
  threshold?: number;
}

export interface ReliabilityBin {
  low: number;
  high: number;
  n: number;
  confidence: number | null;
  accuracy: number | null;
}

export interface Scores {
  kind: 'scores';
  part: string;
  n: number;
  classes: string[];
  metrics: Record<string, Metric>;
  interval?: { level: number; method: string; resamples: number; seed: number };
  /** Null where a picture has any number of labels. */
  confusion: number[][] | null;
  /** Of labels: how many pictures have each two, and how many are given them. */
  together?: number[][][];
  per_class: ClassScore[];
  reliability: ReliabilityBin[];
}

export interface Layer {
  path: string;
  word: string;
  kind: string;
  output: number[];
  parameters: number;
  multiply_adds: number;
  receptive_field: number[] | null;
  /** The same with steps, rows and columns; null where a layer has no single field. */
  field?: FieldAxis[] | null;
  note: string;
}

export type DiagramNode =
  | { type: 'chain'; name: string | null; items: DiagramNode[] }
  | { type: 'layer'; path: string }
  | { type: 'add' | 'concat'; path?: string; items: DiagramNode[] };

export interface NetPlan {
  kind: 'net';
  name: string | null;
  text: string;
  input: number[];
  classes: number | null;
  parameters: number;
  multiply_adds: number;
  activation_bytes: number;
  receptive_field: number[] | null;
  output: number[];
  layers: Layer[];
  diagram: DiagramNode;
}

export interface Problem {
  path: string;
  reason: string;
}

export interface Contract {
  axes: string;
  size: number[];
  channels: number;
  dtype: string;
  value_range: number[];
  mean: number[];
  std: number[];
  fit: string;
  classes: string[];
  task?: 'classes' | 'labels';
}

export interface DataFacts {
  name: string;
  source: string;
  licence: string;
  classes: string[];
  counts: Record<string, number>;
  class_counts: Record<string, number[]>;
  problems: Problem[];
}

export interface DataSet extends DataFacts {
  kind: 'data';
  key: string;
  contract: Contract;
  flip: boolean;
}

export interface Epoch {
  epoch: number;
  step: number;
  train_loss: number | null;
  val_loss: number | null;
  val_accuracy: number | null;
  val_f1_macro?: number | null;
  val_balanced_accuracy?: number | null;
  val_auc?: number | null;
  val_map?: number | null;
  val_f1_micro?: number | null;
  learning_rate: number | null;
  images_per_second: number | null;
  seconds: number;
}

export interface Mistake {
  id: string;
  truth: string;
  predicted: string;
  confidence: number;
  truth_probability: number;
  picture: string;
}

export interface Report {
  kind: 'report';
  format: number;
  svertka: string;
  created: string;
  name: string;
  command: string;
  data: DataFacts | null;
  contract: Contract | null;
  net: NetPlan | null;
  recipe: Record<string, unknown> | null;
  history: Epoch[];
  /** What was recorded of gradients; null where nothing was. */
  flow?: Flow | null;
  best_epoch: number | null;
  scores: Scores | null;
  mistakes: Mistake[];
  examples: Record<string, string[]>;
  device: Record<string, unknown> | null;
  seconds: number | null;
}

export interface Predictions {
  kind: 'predictions';
  n: number;
  classes: string[];
  predictions: { id: string; label: string; confidence: number; probabilities: number[] }[];
  problems: Problem[];
  /** Of labels: the probabilities from which on they are given. */
  thresholds?: number[];
}

export interface ComparedEpoch {
  epoch: number;
  seconds: number;
  val_accuracy: number | null;
  val_f1_macro: number | null;
  val_map?: number | null;
}

export interface ComparedRun {
  seed: number;
  folder: string;
  reason: string | null;
  /** Of labels there is the mean average precision instead of accuracy. */
  accuracy?: number | null;
  map?: number | null;
  f1_macro: number | null;
  seconds: number | null;
  best_epoch: number | null;
  peak_bytes: number | null;
  history: ComparedEpoch[];
  /** What flowed while it learned, of one run of each net; older comparisons have none. */
  flow?: Flow | null;
}

export type ComparedFigure = 'accuracy' | 'f1_macro' | 'map';

export interface ComparedNet {
  net: string;
  net_name: string | null;
  text: string;
  /** Null where the net does not fit the pictures. */
  parameters: number | null;
  multiply_adds: number | null;
  /** Empty where every training failed. */
  figures: Partial<Record<ComparedFigure, Metric & { seeds: number[] }>>;
  training_images_per_second: number | null;
  answering_images_per_second: Record<string, number>;
  seconds_to: (number | null)[];
  peak_bytes: number | null;
  runs: ComparedRun[];
}

export interface Difference extends Metric {
  p: number;
  p_holm: number;
  real: boolean;
}

export interface ComparedPair extends Partial<Record<ComparedFigure, Difference>> {
  a: number;
  b: number;
}

export interface Comparison {
  kind: 'comparison';
  format: number;
  svertka: string;
  created: string;
  name: string;
  command: string;
  data: { name: string; source: string; classes: string[]; counts: Record<string, number> } | null;
  part: string;
  n: number;
  n_in_all: number;
  seeds: number;
  epochs: number | null;
  /** Seconds for each run. */
  budget: number | null;
  settings: Record<string, string>;
  device: Record<string, unknown> | null;
  batch: number;
  thresholds: number[];
  nets: ComparedNet[];
  pairs: ComparedPair[];
  test: { level: number; method: string; correction: string } | null;
}

export interface HealthExample {
  ids: string[];
  labels: string[];
  parts: string[];
  reason: string;
  values: Record<string, number>;
  better: string;
  command: string;
  images: string[];
}

export interface HealthFinding {
  kind: string;
  grave: boolean;
  count: number;
  title: string;
  action: string;
  command: string;
  values: Record<string, string | number | Record<string, number>>;
  examples: HealthExample[];
}

export interface HealthFiles {
  files: number;
  formats: { format: string; channels: string; depth: number; count: number }[];
  sizes: { width: number; height: number; count: number }[];
  different_sizes: number;
  /** Smallest, median, largest; nothing where no file has a head. */
  width?: number[];
  height?: number[];
  shape?: number[];
  sides?: { to: number; count: number }[];
}

export interface Health extends DataFacts {
  kind: 'health';
  format: number;
  svertka: string;
  created: string;
  command: string;
  contract: Contract | null;
  files: HealthFiles | null;
  judge: { name: string; path: string; judged: Record<string, number>; accuracy: number; trained_on: number } | null;
  findings: HealthFinding[];
}

export type Payload = Record<string, unknown> & { kind?: string };

export type Read = { payload: Payload } | { trouble: 'empty' | 'damaged'; detail: string };

/** The payload that Python put into the page. */
export function readPayload(source: Document): Read {
  const text = source.getElementById('payload')?.textContent ?? 'null';
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return { trouble: 'empty', detail: '' };
    if (typeof value === 'object' && !Array.isArray(value)) return { payload: value as Payload };
    return { payload: { value } };
  } catch (error) {
    return { trouble: 'damaged', detail: String(error) };
  }
}

/** Only pictures that lie in the page itself are shown. */
export function inside(picture: unknown): string {
  return typeof picture === 'string' && picture.startsWith('data:image/') ? picture : '';
}

export interface FoldRun {
  fold: number;
  folder: string;
  n: number;
  accuracy?: number | null;
  map?: number | null;
  f1_macro: number | null;
  seconds: number | null;
  best_epoch: number | null;
  history: ComparedEpoch[];
}

export interface Folds {
  kind: 'folds';
  format: number;
  svertka: string;
  created: string;
  name: string;
  command: string;
  data: { name: string; source: string; classes: string[]; counts: Record<string, number> } | null;
  net: { name: string | null; text: string; parameters: number } | null;
  group: string;
  seed: number;
  /** Seconds for all folds together. */
  budget: number | null;
  scores: Scores;
  ungrouped: Scores | null;
  test: Scores | null;
  runs: FoldRun[];
  mistakes: Mistake[];
  device: Record<string, unknown> | null;
}
