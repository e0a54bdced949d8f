// The views of records, and those that not every report carries: looks into a network,
// lessons. What course.html and the studio draw.
import CourseView from '../lesson/CourseView.svelte';
import LessonView from '../lesson/LessonView.svelte';
import { l } from '../texts/lesson.ts';
import { t } from '../texts/index.ts';
import { v } from '../texts/survey.ts';
import LookView from './LookView.svelte';
import SurveyView from './SurveyView.svelte';
import { views, type Views } from './index.ts';

export const courseViews: Views = {
  ...views,
  lesson: { title: () => l('kindLesson'), component: LessonView },
  look: { title: () => t('kindLook'), component: LookView },
  survey: { title: () => v('kind'), component: SurveyView },
  course: { title: () => l('kindCourse'), component: CourseView },
};
