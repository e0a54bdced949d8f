// The page that every report carries: any record.
import { mount } from 'svelte';
import './styles/base.css';
import App from './App.svelte';
import { readPayload } from './lib/payload.ts';
import { views } from './views/index.ts';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { read: readPayload(document), views } });
