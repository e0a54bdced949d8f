// One registry: the payload's kind decides which view draws it. A new view of a record is one line
// here; views of lessons, which not every report carries, are in course.ts.
import type { Component } from 'svelte';
import type { Payload } from '../lib/payload.ts';
import { t } from '../texts/index.ts';
import CompareView from './CompareView.svelte';
import DataView from './DataView.svelte';
import FoldsView from './FoldsView.svelte';
import HealthView from './HealthView.svelte';
import NetView from './NetView.svelte';
import PredictionsView from './PredictionsView.svelte';
import RecordView from './RecordView.svelte';
import ReportView from './ReportView.svelte';
import ScoresView from './ScoresView.svelte';

export interface View {
  title: () => string;
  // Each view narrows the payload to its own kind.
  component: Component<{ payload: never }> | Component<{ payload: Payload }>;
}

export type Views = Record<string, View>;

export const views: Views = {
  report: { title: () => t('kindReport'), component: ReportView },
  net: { title: () => t('kindNet'), component: NetView },
  scores: { title: () => t('kindScores'), component: ScoresView },
  data: { title: () => t('kindData'), component: DataView },
  health: { title: () => t('kindHealth'), component: HealthView },
  folds: { title: () => t('kindFolds'), component: FoldsView },
  comparison: { title: () => t('kindComparison'), component: CompareView },
  predictions: { title: () => t('kindPredictions'), component: PredictionsView },
};

const other: View = { title: () => t('kindOther'), component: RecordView };

export function viewOf(
  payload: Payload,
  known: Views,
): { title: View['title']; component: Component<{ payload: Payload }> } {
  const kind = String(payload.kind ?? '');
  const view = Object.hasOwn(known, kind) ? known[kind] : undefined;
  return (view ?? other) as ReturnType<typeof viewOf>;
}
