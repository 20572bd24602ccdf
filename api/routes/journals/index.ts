import type { Route } from '../../route.ts';
import { completeJournal } from './complete.ts';
import { postJournal } from './create.ts';
import { getJournal, getJournals } from './read.ts';

export const journalRoutes: readonly Route[] = [postJournal, completeJournal, getJournals, getJournal];
