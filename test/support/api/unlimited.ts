import { RULE_NAMES } from '../../../shared/platform/limits/rules.ts';

/** `RATE_LIMITS` for tests of something else, which ask more in a second than people do in an hour. */
export const UNLIMITED = JSON.stringify(Object.fromEntries(RULE_NAMES.map((name) => [name, { points: 1_000_000 }])));
