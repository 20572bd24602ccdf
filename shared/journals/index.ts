export {
  expireUpload,
  type Judged,
  objectToDelete,
  recordVerdict,
  type UploadToJudge,
  unfinishedUploads,
  uploadToJudge,
} from './audio-verdict-store.ts';
export { recordingCap } from './caps.ts';
export { DeclaredAudio, declarationProblems } from './declared-recording.ts';
export { objectSize } from './envelope.ts';
export { filterJournals } from './filter-store.ts';
export { changeTitle, deleteJournal, restoreJournal, setFavorite } from './journal-life-store.ts';
export {
  audioStatuses,
  completeUpload,
  createJournal,
  findJournal,
  type Journal,
  type JournalCheckins,
  linkCheckins,
  listJournals,
} from './journal-store.ts';
export { isIssuedFor, newObjectKey } from './object-key.ts';
export {
  beginPurge,
  finishPurge,
  journalsToPurge,
  type ProvenDeletion,
  type PurgeBegun,
} from './purge-store.ts';
export { RejectionReason } from './rejection.ts';
export { sha256Checksum } from './sha256-checksum.ts';
export { uploadClosesAt, uploadProblem, uploadSeconds } from './upload-window.ts';
export { createAudioJudge } from './validation.ts';
