// The page that lessons carry: any record, and the views of lessons.
import { mount } from 'svelte';
import './styles/base.css';
import App from './App.svelte';
import { readPayload } from './lib/payload.ts';
import { beginIn } from './lib/ui.svelte.ts';
import { courseViews } from './views/course.ts';

const target = document.getElementById('app');
const read = readPayload(document);
if ('payload' in read) beginIn(read.payload.lang);
if (target) mount(App, { target, props: { read, views: courseViews } });
