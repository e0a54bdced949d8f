// The screens of the studio: a new one is one line. `command` is the same on the command line.
import type { Component } from 'svelte';
import { s } from '../texts/studio.ts';
import HomeScreen from './HomeScreen.svelte';

export interface Screen {
  title: () => string;
  component: Component;
  /** Whether the bar at the top shows it. */
  bar: boolean;
  command?: string;
}

export const screens: Record<string, Screen> = {
  '': { title: () => s('home'), component: HomeScreen, bar: false },
};
