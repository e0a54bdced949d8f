// The studio: every screen and every view, with a server behind it.
import { mount } from 'svelte';
import './styles/base.css';
import Studio from './studio/Studio.svelte';

const target = document.getElementById('app');
if (target) mount(Studio, { target });
