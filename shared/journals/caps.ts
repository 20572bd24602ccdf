import type { Role } from '../accounts/index.ts';

/** How long and how large one recording may be: seconds, and bytes before encryption. */
export type RecordingCap = { seconds: number; bytes: number };

export type RecordingCaps = { standard: RecordingCap; premium: RecordingCap };

export const defaultRecordingCaps: RecordingCaps = {
  standard: { seconds: 15 * 60, bytes: 50_000_000 },
  premium: { seconds: 60 * 60, bytes: 200_000_000 },
};

/** The cap for a user role. Only `premium` records longer: the roles that run the system say nothing about recordings. */
export const recordingCap = (role: Role, caps: RecordingCaps = defaultRecordingCaps): RecordingCap =>
  role === 'premium' ? caps.premium : caps.standard;

/** Which cap a recording exceeds, size before length, or `null`. */
export function capProblem(
  recording: { fileSize: number; durationSeconds: number },
  cap: RecordingCap,
): 'too_large' | 'too_long' | null {
  if (recording.fileSize > cap.bytes) return 'too_large';
  return recording.durationSeconds > cap.seconds ? 'too_long' : null;
}
