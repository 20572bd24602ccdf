import type { Route } from '../../route.ts';
import { changeJournal } from './change.ts';
import { completeJournal } from './complete.ts';
import { postJournal } from './create.ts';
import { postRestore, removeJournal } from './delete.ts';
import { deleteFavorite, putFavorite } from './favorite.ts';
import { postFilter } from './filter.ts';
import { getJournal, getJournals } from './read.ts';

export const journalRoutes: readonly Route[] = [
  postJournal,
  completeJournal,
  getJournals,
  getJournal,
  postFilter,
  changeJournal,
  removeJournal,
  postRestore,
  putFavorite,
  deleteFavorite,
];
