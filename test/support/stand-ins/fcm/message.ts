import { z } from 'zod';
import { type FieldViolation, type GoogleError, googleError } from './google-error.ts';

/**
 * The documented shape of `messages:send` (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages),
 * nothing else let through: a field FCM does not know must fail here, not in production.
 */
const snakeKeys = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [snake(key), inner]));
const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Proto3 JSON takes lowerCamelCase and snake_case names alike; the SDK sends a mixture of both. */
const proto = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.preprocess(snakeKeys, z.strictObject(shape));
const text = z.string().optional();
const flag = z.boolean().optional();
const stringMap = z.record(z.string(), z.string()).optional();
const strings = z.array(z.string()).optional();
const duration = z.string().regex(/^\d+(\.\d{1,9})?s$/, 'Illegal duration format; duration must end with "s"');
const anyCase = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(names)).optional();
const fcmOptions = proto({ analytics_label: text }).optional();

const AndroidNotification = proto({
  title: text,
  body: text,
  icon: text,
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional(),
  sound: text,
  tag: text,
  click_action: text,
  body_loc_key: text,
  body_loc_args: strings,
  title_loc_key: text,
  title_loc_args: strings,
  channel_id: text,
  ticker: text,
  sticky: flag,
  event_time: z.iso.datetime().optional(),
  local_only: flag,
  notification_priority: anyCase([
    'PRIORITY_UNSPECIFIED',
    'PRIORITY_MIN',
    'PRIORITY_LOW',
    'PRIORITY_DEFAULT',
    'PRIORITY_HIGH',
    'PRIORITY_MAX',
  ]),
  default_sound: flag,
  default_vibrate_timings: flag,
  default_light_settings: flag,
  vibrate_timings: z.array(duration).optional(),
  visibility: anyCase(['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET']),
  notification_count: z.int().optional(),
  light_settings: z.record(z.string(), z.unknown()).optional(),
  image: text,
  proxy: anyCase(['PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED']),
});

const Android = proto({
  collapse_key: text,
  priority: anyCase(['NORMAL', 'HIGH']),
  ttl: duration.optional(),
  restricted_package_name: text,
  data: stringMap,
  notification: AndroidNotification.optional(),
  fcm_options: fcmOptions,
  direct_boot_ok: flag,
  bandwidth_constrained_ok: flag,
  restricted_satellite_ok: flag,
});

const Message = proto({
  token: text,
  fid: text,
  topic: text,
  condition: text,
  data: stringMap,
  notification: proto({ title: text, body: text, image: text }).optional(),
  android: Android.optional(),
  webpush: proto({
    headers: stringMap,
    data: stringMap,
    notification: z.record(z.string(), z.unknown()).optional(),
    fcm_options: proto({ link: text, analytics_label: text }).optional(),
  }).optional(),
  apns: proto({
    headers: stringMap,
    payload: z.record(z.string(), z.unknown()).optional(),
    fcm_options: proto({ image: text, analytics_label: text }).optional(),
    live_activity_token: text,
  }).optional(),
  fcm_options: fcmOptions,
});
export type Message = z.output<typeof Message>;
const SendRequest = proto({ message: Message, validate_only: flag });

/** The message of a request body, or the refusal FCM would answer it with. */
export function readSendRequest(
  body: string,
): { ok: true; message: Message; validateOnly: boolean } | { ok: false; refusal: GoogleError } {
  const json = parseJson(body);
  if (json === undefined) return invalid([{ field: '', description: 'Invalid JSON payload received.' }]);
  const request = SendRequest.safeParse(json);
  if (!request.success) return invalid(request.error.issues.map(violationOf));
  const { message, validate_only: validateOnly = false } = request.data;
  const violation = meaninglessness(message);
  return violation ? invalid([violation], 'INVALID_ARGUMENT') : { ok: true, message, validateOnly };
}

const invalid = (violations: FieldViolation[], errorCode?: string) => ({
  ok: false as const,
  refusal: googleError(400, 'INVALID_ARGUMENT', violations[0]?.description ?? 'Invalid request.', {
    violations,
    ...(errorCode ? { errorCode } : {}),
  }),
});

function violationOf(issue: z.core.$ZodIssue): FieldViolation {
  const field = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    return { field, description: `Invalid value at '${field}', ${issue.message}` };
  }
  const name = issue.keys.join(', ');
  return {
    field,
    description: `Invalid JSON payload received. Unknown name "${name}" at '${field}': Cannot find field.`,
  };
}

const fourWeeksInSeconds = 2_419_200;
const payloadLimitBytes = 4096;

/** What is well formed and still no message: the rules the reference gives in prose. */
function meaninglessness(message: Message): FieldViolation | undefined {
  const { token, fid, topic, condition, data = {}, notification, android, apns } = message;
  const targets = [token, fid, topic, condition].filter((target) => target !== undefined);
  if (targets.length !== 1)
    return at('message', `${targets.length} recipients of the message are set, not exactly one.`);
  if (targets[0] === '') return at('message', 'Recipient of the message is not set.');
  const reserved = Object.keys({ ...data, ...android?.data }).find(isReserved);
  if (reserved !== undefined) return at('message.data', `Invalid data payload key: ${reserved}`);
  if (Number.parseFloat(android?.ttl ?? '0') > fourWeeksInSeconds) return at('message.android.ttl', 'Invalid TTL');
  if (bytesOf({ ...data, ...android?.data, ...notification }) > payloadLimitBytes) {
    return at('message', 'Android message is too big');
  }
  if (bytesOf(apns?.payload ?? {}) > payloadLimitBytes) return at('message.apns.payload', 'APNS payload is too big');
  return badApnsHeader(apns?.headers ?? {});
}

const isReserved = (key: string) => key === 'from' || key === 'message_type' || /^(google\.|gcm\.|google$)/.test(key);
const bytesOf = (payload: object) => Buffer.byteLength(JSON.stringify(payload));
const at = (field: string, description: string): FieldViolation => ({ field, description });

/** APNs itself refuses these (BadCollapseId, BadExpirationDate, BadPriority). */
function badApnsHeader(headers: Record<string, string>): FieldViolation | undefined {
  const {
    'apns-collapse-id': collapseId = '',
    'apns-expiration': expiration = '0',
    'apns-priority': priority = '10',
  } = headers;
  if (Buffer.byteLength(collapseId) > 64) return at('message.apns.headers', 'apns-collapse-id exceeds 64 bytes');
  if (!/^\d{1,10}$/.test(expiration))
    return at('message.apns.headers', 'apns-expiration is not a UNIX time in seconds');
  if (!['1', '5', '10'].includes(priority)) return at('message.apns.headers', 'apns-priority is not 1, 5 or 10');
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
