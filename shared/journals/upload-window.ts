import type { DeclarationProblem, DeclaredAudio } from './declared-recording.ts';
import { objectSize } from './envelope.ts';

/** How long the address for an upload is good for, in seconds. */
export const uploadSeconds = 15 * 60;

/** The largest object that one PUT may bring, in bytes. */
const singleUploadBytes = 32 * 1_024 * 1_024;

/** When nothing more can begin to arrive at an address issued for a journal created at `createdAt`. */
export const uploadClosesAt = (createdAt: Temporal.Instant): Temporal.Instant =>
  // A minute for the clocks of the api and of the object store to differ.
  createdAt.add({ seconds: uploadSeconds + 60 });

/** Why a declared recording cannot be uploaded, or `null`. */
export function uploadProblem({ fileSize, envelope }: DeclaredAudio): DeclarationProblem | null {
  if (objectSize(fileSize, envelope.version) <= singleUploadBytes) return null;
  const message = `must not make an object of more than ${singleUploadBytes} bytes: uploads in parts are not available yet`;
  return { path: 'audio.fileSize', code: 'too_large', message };
}
