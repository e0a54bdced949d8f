// One registry: the payload's kind decides which view draws it. A new view is one line here.
import type { Component } from 'svelte';
import type { Payload } from '../lib/payload.ts';
import type { texts } from '../texts/index.ts';
import CompareView from './CompareView.svelte';
import DataView from './DataView.svelte';
import FoldsView from './FoldsView.svelte';
import HealthView from './HealthView.svelte';
import LookView from './LookView.svelte';
import NetView from './NetView.svelte';
import PredictionsView from './PredictionsView.svelte';
import RecordView from './RecordView.svelte';
import ReportView from './ReportView.svelte';
import ScoresView from './ScoresView.svelte';

export interface View {
  title: keyof typeof texts & `kind${string}`;
  // Each view narrows the payload to its own kind.
  component: Component<{ payload: never }> | Component<{ payload: Payload }>;
}

const views: Record<string, View> = {
  report: { title: 'kindReport', component: ReportView },
  net: { title: 'kindNet', component: NetView },
  scores: { title: 'kindScores', component: ScoresView },
  data: { title: 'kindData', component: DataView },
  health: { title: 'kindHealth', component: HealthView },
  folds: { title: 'kindFolds', component: FoldsView },
  look: { title: 'kindLook', component: LookView },
  comparison: { title: 'kindComparison', component: CompareView },
  predictions: { title: 'kindPredictions', component: PredictionsView },
};

const other: View = { title: 'kindOther', component: RecordView };

export function viewOf(payload: Payload): { title: View['title']; component: Component<{ payload: Payload }> } {
  const kind = String(payload.kind ?? '');
  const view = Object.hasOwn(views, kind) ? views[kind] : undefined;
  return (view ?? other) as ReturnType<typeof viewOf>;
}
