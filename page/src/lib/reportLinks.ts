// Where the report of a run lies that is one of several: beside the page, or in the studio.
import { getContext, setContext } from 'svelte';
import { reportOf } from './compare.ts';

type Link = (folder: string) => string | null;
const KEY = Symbol('links to reports');

/** To be called where several runs are shown: the address of a run's report by its folder. */
export function reportLinks(): Link {
  return getContext<Link | undefined>(KEY) ?? ((folder) => reportOf(folder, location.protocol));
}

/** The studio shows reports itself. */
export function setReportLinks(link: Link): void {
  setContext(KEY, link);
}
