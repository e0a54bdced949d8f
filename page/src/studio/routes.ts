// The screens of the studio, in the order of the bar: a new one is one line. `command` does the
// same on the command line; screens with a `lead` are tiles of the home screen.
import type { Component } from 'svelte';
import { s } from '../texts/studio.ts';
import ConvolveScreen from './ConvolveScreen.svelte';
import HomeScreen from './HomeScreen.svelte';
import NetScreen from './NetScreen.svelte';

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
};

export const barScreens = () => Object.entries(screens).filter(([, screen]) => screen.lead);
