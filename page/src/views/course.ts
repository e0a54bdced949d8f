// The views of records, and those of lessons: what course.html and the studio draw.
import { views, type Views } from './index.ts';

export const courseViews: Views = {
  ...views,
};
