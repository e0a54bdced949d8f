// The screens of the studio, in the order of the bar: a new one is one line. `command` does the
// same on the command line; screens with a `lead` are tiles of the home screen.
import type { Component } from 'svelte';
import { l } from '../texts/lesson.ts';
import { s } from '../texts/studio.ts';
import CompareScreen from './CompareScreen.svelte';
import ConvolveScreen from './ConvolveScreen.svelte';
import CourseScreen from './CourseScreen.svelte';
import DataScreen from './DataScreen.svelte';
import DrawScreen from './DrawScreen.svelte';
import HomeScreen from './HomeScreen.svelte';
import LessonScreen from './LessonScreen.svelte';
import LookScreen from './LookScreen.svelte';
import NetScreen from './NetScreen.svelte';
import RunScreen from './RunScreen.svelte';
import TrainScreen from './TrainScreen.svelte';

export interface Screen {
  title: () => string;
  component: Component;
  /** What one can do there: such screens are in the bar and on the home screen. */
  lead?: () => string;
  command?: string;
  /** Screens that are reached through this one. */
  holds?: string[];
}

export const screens: Record<string, Screen> = {
  '': { title: () => s('home'), component: HomeScreen },
  convolve: { title: () => s('convolve'), lead: () => s('convolveLead'), component: ConvolveScreen, command: 'svertka lesson convolve' },
  net: { title: () => s('net'), lead: () => s('netLead'), component: NetScreen, command: 'svertka net resnet18' },
  train: { title: () => s('train'), lead: () => s('trainLead'), component: TrainScreen, command: 'svertka train digits', holds: ['run'] },
  run: { title: () => s('train'), component: RunScreen },
  draw: { title: () => s('draw'), lead: () => s('drawLead'), component: DrawScreen },
  look: { title: () => s('look'), lead: () => s('lookLead'), component: LookScreen, command: 'svertka look runs/digits-1 4.png' },
  data: { title: () => s('data'), lead: () => s('dataLead'), component: DataScreen, command: 'svertka data digits' },
  compare: { title: () => s('compare'), lead: () => s('compareLead'), component: CompareScreen, command: 'svertka compare digits lenet5 house_s' },
  course: { title: () => l('lessons'), lead: () => l('lessonsLead'), component: CourseScreen, command: 'svertka lesson', holds: ['lesson'] },
  lesson: { title: () => l('kindLesson'), component: LessonScreen },
};

export const barScreens = () => Object.entries(screens).filter(([, screen]) => screen.lead);
