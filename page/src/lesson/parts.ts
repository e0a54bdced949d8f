// Which part draws which view of a lesson. A new view is one line here.
import type { Component } from 'svelte';
import type { ViewData } from '../lib/lesson.ts';
import BarsPart from './BarsPart.svelte';
import ConvolutionPart from './ConvolutionPart.svelte';
import ExercisePart from './ExercisePart.svelte';
import FieldPart from './FieldPart.svelte';
import GraphPart from './GraphPart.svelte';
import GridPart from './GridPart.svelte';
import HeatPart from './HeatPart.svelte';
import LinesPart from './LinesPart.svelte';
import NetPart from './NetPart.svelte';
import PicturesPart from './PicturesPart.svelte';
import RecordPart from './RecordPart.svelte';
import ScatterPart from './ScatterPart.svelte';
import SizesPart from './SizesPart.svelte';
import TablePart from './TablePart.svelte';

export const parts = {
  heat: HeatPart,
  grid: GridPart,
  pictures: PicturesPart,
  table: TablePart,
  lines: LinesPart,
  bars: BarsPart,
  scatter: ScatterPart,
  net: NetPart,
  field: FieldPart,
  graph: GraphPart,
  convolution: ConvolutionPart,
  sizes: SizesPart,
  recordview: RecordPart,
  exercise: ExercisePart,
} satisfies Record<ViewData['type'], Component<never>>;
