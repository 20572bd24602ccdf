import type { Route } from '../../route.ts';
import { getAudio } from './audio.ts';
import { changeJournal } from './change.ts';
import { completeJournal } from './complete.ts';
import { postJournal } from './create.ts';
import { postRestore, removeJournal } from './delete.ts';
import { deleteFavorite, putFavorite } from './favorite.ts';
import { postFilter } from './filter.ts';
import { getJournal, getJournals } from './read.ts';
import { deleteShare, getAllShares, getShares, postShare } from './shares.ts';
import { getUpload } from './upload.ts';

export const journalRoutes: readonly Route[] = [
  postJournal,
  getUpload,
  completeJournal,
  getJournals,
  postFilter,
  getJournal,
  changeJournal,
  removeJournal,
  postRestore,
  putFavorite,
  deleteFavorite,
  getAudio,
  postShare,
  getShares,
  getAllShares,
  deleteShare,
];
