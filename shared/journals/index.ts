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
export { DeclaredAudio, declarationProblems, Sha256 } from './declared-recording.ts';
export { Envelope, objectSize } from './envelope.ts';
export { filterJournals } from './filter-store.ts';
export {
  changeTitle,
  deleteJournal,
  restoreJournal,
  setFavorite,
} from './journal-life-store.ts';
export {
  type AudioStatus,
  audioStatuses,
  completeUpload,
  createJournal,
  findJournal,
  type Journal,
  type JournalCheckins,
  linkCheckins,
  listJournals,
} from './journal-store.ts';
export {
  type JournalUpload,
  journalUpload,
  type MultipartToComplete,
  multipartToComplete,
  nameParts,
  recordMultipart,
} from './multipart-store.ts';
export { isIssuedFor, newObjectKey, recordingsPrefix } from './object-key.ts';
export {
  forgetSweep,
  keepSweep,
  keysWithRow,
  SweepCounts,
  sweepSoFar,
  type ValidObject,
  validObjects,
} from './object-sweep-store.ts';
export { findRecording, type StoredRecording } from './playback-store.ts';
export {
  beginPurge,
  finishPurge,
  journalsToPurge,
  type ProvenDeletion,
  type PurgeBegun,
} from './purge-store.ts';
export { RejectionReason } from './rejection.ts';
export { sha256Checksum } from './sha256-checksum.ts';
export { createShare, listShares, MOST_OPEN_SHARES, revokeShare, type Share } from './share-store.ts';
export { newShareToken, shareTokenHash } from './share-token.ts';
export { countDownload, findShared, type SharedRecording, shareOwner } from './shared-recording-store.ts';
export { declaredParts, namedPartsProblem, type Part, partBytes, partChecksumsProblem } from './upload-parts.ts';
export { uploadClosesAt, uploadSeconds } from './upload-window.ts';
export { createAudioJudge } from './validation.ts';
