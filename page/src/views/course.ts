// The views of records, and those that not every report carries: lessons, surveys. What course.html
// and the studio draw.
import CourseView from '../lesson/CourseView.svelte';
import LessonView from '../lesson/LessonView.svelte';
import { l } from '../texts/lesson.ts';
import { v } from '../texts/survey.ts';
import SurveyView from './SurveyView.svelte';
import { views, type Views } from './index.ts';

export const courseViews: Views = {
  ...views,
  lesson: { title: () => l('kindLesson'), component: LessonView },
  survey: { title: () => v('kind'), component: SurveyView },
  course: { title: () => l('kindCourse'), component: CourseView },
};
