/** Errors as Google's APIs word them (https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode). */
export type GoogleError = { error: { code: number; message: string; status: string; details?: ErrorDetail[] } };
export type FieldViolation = { field: string; description: string };
type ErrorDetail =
  | { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError'; errorCode: string }
  | { '@type': 'type.googleapis.com/google.rpc.BadRequest'; fieldViolations: FieldViolation[] };

export const googleError = (
  code: number,
  status: string,
  message: string,
  { errorCode, violations }: { errorCode?: string; violations?: FieldViolation[] } = {},
): GoogleError => {
  const details: ErrorDetail[] = [];
  if (violations) details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations });
  if (errorCode) details.push({ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode });
  return { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } };
};
