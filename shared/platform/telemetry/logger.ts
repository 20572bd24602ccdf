import { createHmac, hkdfSync } from 'node:crypto';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { stopwatch } from '../clock.ts';
import { loggableError } from './loggable-error.ts';
import { currentTrace } from './trace-context.ts';
import { parseTraceParent } from './trace-parent.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Which reader a line is for. */
export type LogCategory = 'application' | 'access' | 'security' | 'performance';

/**
 * Fields of one line, in snake case. Ids only: never an address, a token, a text or a mood. `user_id` is given as it is
 * and written as a pseudonym; `err` is an error.
 */
export type LogFields = { category?: LogCategory; user_id?: string | null; err?: unknown } & Record<string, unknown>;

type Write = { (message: string): void; (fields: LogFields, message: string): void };

export type Logger = Record<LogLevel, Write> & {
  /** A logger whose every line carries these fields too. */
  child(fields: LogFields): Logger;
  /**
   * For errors that come in floods: one line a second for each `key`, which is a constant of the code; the next line says
   * how many were `suppressed`. A full Redis made 68,000 error events in 6 seconds.
   */
  throttled(key: string, level: LogLevel, message: string, fields?: LogFields): void;
};

export type LoggerOptions = {
  service: string;
  environment: string;
  level: LogLevel | 'silent';
  /** The key of the pseudonyms is derived from it, so that they change with it. */
  secretKey: string;
  destination?: DestinationStream;
  /** Monotonic milliseconds, for `throttled`. */
  elapsed?: () => number;
};

/** Writes one JSON object a line to standard output: timestamp, level, category, service, environment, …, message. */
export function createLogger(options: LoggerOptions): Logger {
  const root = pino(
    {
      level: options.level,
      messageKey: 'message',
      timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"timestamp"'),
      base: { service: options.service, environment: options.environment },
      formatters: { level: (label) => ({ level: levelNames[label] ?? label }) },
      mixin: traceFields,
      serializers: { user_id: pseudonyms(options.secretKey), err: loggableError, error: loggableError },
      redact: { paths: secretPaths, censor: '[redacted]' },
      hooks: { streamWrite: escapeTerminal },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  return wrap(() => root, createThrottle(options.elapsed ?? stopwatch()));
}

/** As operators name them. */
const levelNames: Record<string, string> = { warn: 'warning', fatal: 'critical' };

/** Every request and job has a logger of its own, and most write nothing: the line's fixed part is made with the first line. */
function wrap(target: () => PinoLogger, admit: Throttle, category: LogCategory = 'application'): Logger {
  const write =
    (level: LogLevel): Write =>
    (first: LogFields | string, message?: string) => {
      if (typeof first === 'string') target()[level]({ category }, first);
      else target()[level]({ category, ...first }, message);
    };
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
    child({ category: own = category, ...fields }) {
      let child: PinoLogger | undefined;
      return wrap(() => (child ??= target().child(fields)), admit, own);
    },
    throttled(key, level, message, fields = {}) {
      const suppressed = admit(key);
      if (suppressed !== null) logger[level](suppressed === 0 ? fields : { ...fields, suppressed }, message);
    },
  };
  return logger;
}

/** Null when the line is to be left out, else how many were left out before it. */
type Throttle = (key: string) => number | null;

function createThrottle(elapsed: () => number): Throttle {
  const windows = new Map<string, { opened: number; suppressed: number }>();
  return (key) => {
    const window = windows.get(key);
    if (window && elapsed() - window.opened < 1_000) {
      window.suppressed += 1;
      return null;
    }
    windows.set(key, { opened: elapsed(), suppressed: 0 });
    return window?.suppressed ?? 0;
  };
}

/** The request or job whose work this line is part of. */
function traceFields(): Record<string, string> {
  const trace = currentTrace();
  const traceId = parseTraceParent(trace?.traceParent)?.traceId;
  return {
    ...(trace?.requestId ? { request_id: trace.requestId } : {}),
    ...(traceId ? { trace_id: traceId } : {}),
  };
}

/** Lines of one user can be told to belong together, but not whose they are. */
function pseudonyms(secret: string): (id: unknown) => string | null {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'amira log pseudonyms', 32));
  return (id) =>
    id === null || id === undefined ? null : createHmac('sha256', key).update(String(id)).digest('hex').slice(0, 16);
}

/** A second fence behind "ids only": these never belong in a line, at its top or one level down. */
const secretPaths = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'pushToken',
  'secret',
  'authorization',
  'cookie',
  'email',
  'userId',
  'notes',
  'context',
  'title',
].flatMap((name) => [name, `*.${name}`]);

/** JSON escapes CR, LF and ESC, but not the C1 controls, which terminals obey, nor DEL and the Unicode line ends. */
const escapeTerminal = (line: string): string =>
  line.replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
