import type { Language } from '@wentu/language';
import { chinese } from './chinese';
import { english, type Words } from './english';

export const dictionaries: Readonly<Record<Language, Words>> = { zh: chinese, en: english };
