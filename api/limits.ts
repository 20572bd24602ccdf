import { z } from 'zod';
import { knowsDevice, normalizeEmail, ownerOf } from '../shared/accounts/index.ts';
import type { Deps } from '../shared/compose.ts';
import type { RuleName } from '../shared/platform/limits/rules.ts';
import type { SignedInUser } from './route.ts';

/** What a use counts against and for whom: a limit, then the parts of its key. */
export type Use = readonly [rule: RuleName, ...key: string[]];

export type LimitedRequest = {
  /** The client's address, a /64 for IPv6. */
  address: string;
  user: SignedInUser | undefined;
  /** Guarded already. */
  body: unknown;
  deps: Pick<Deps, 'limits' | 'database' | 'accountKeys'>;
};

export type LimitPolicy = {
  /** By the client's address alone: counted before a byte of the body is read. */
  byAddress?: RuleName;
  /** Who is signed in: counted once they are known. */
  byUser?: RuleName;
  /** What the body says whom it is about: counted once it has passed the guard, one after the other. */
  byContent?: (request: LimitedRequest) => readonly Use[] | Promise<readonly Use[]>;
  /** Who succeeds gets back what `byContent` has counted. */
  givesBack?: true;
};

/** Kinds of routes by what they may be asked how often. Without a `limit` a route counts per user, or else per address. */
export const LIMIT_POLICIES = {
  none: {},
  anyone: { byAddress: 'address' },
  user: { byUser: 'user' },
  import: { byUser: 'import' },
  login: { byAddress: 'loginAddress', byContent: signInUses, givesBack: true },
  /** On the operator's listener, counted by itself: what is tried on the public one keeps no operator out. */
  operatorLogin: { byContent: operatorSignInUses, givesBack: true },
  register: { byAddress: 'registerAddress' },
  reset: { byAddress: 'address', byContent: ({ body }) => [['reset', mailOf(body)]] },
  resend: { byAddress: 'address', byContent: ({ body }) => [['resend', mailOf(body)]] },
  refresh: { byAddress: 'address', byContent: refreshUses },
  /** Somebody signed in proves once more who they are. */
  proof: { byUser: 'user', byContent: proofUses, givesBack: true },
} as const satisfies Record<string, LimitPolicy>;

export type LimitName = keyof typeof LIMIT_POLICIES;

/** Unknown mails count like known ones, so that limits tell nobody which is which. */
const mailOf = (body: unknown): string => normalizeEmail(z.object({ email: z.string() }).parse(body).email);

const SignIn = z.object({ device: z.object({ deviceId: z.string() }), totp: z.string().optional() });

/**
 * A device that the account knows counts by itself: whatever others try, its owner gets in. Otherwise the account counts
 * per address first, so that one address cannot use up what the account has for all.
 *
 * One-time codes count for the whole account on known devices too: who has the password can make any number of those, and
 * codes are few enough to guess.
 */
async function signInUses({ address, body, deps }: LimitedRequest): Promise<readonly Use[]> {
  const account = mailOf(body);
  const {
    device: { deviceId },
    totp,
  } = SignIn.parse(body);
  if (await knowsDevice(deps.database, account, deviceId))
    return [
      ['login', account, 'device', deviceId],
      ...(totp === undefined ? [] : [['loginAccount', account, 'code'] as const]),
    ];
  return [
    ['login', account, 'address', address],
    ['loginAccount', account],
  ];
}

function operatorSignInUses({ address, body }: LimitedRequest): readonly Use[] {
  const account = mailOf(body);
  return [
    ['loginAddress', address, 'operator'],
    ['login', account, 'operator', address],
    ['loginAccount', account, 'operator'],
  ];
}

/** By session. A phone that lost the answer asks again with the same token, which is no second refresh. */
async function refreshUses({ body, deps }: LimitedRequest): Promise<readonly Use[]> {
  const { refreshToken } = z.object({ refreshToken: z.string() }).parse(body);
  const owner = ownerOf(refreshToken, deps.accountKeys.refreshToken);
  if (!owner) return [];
  const { points, remaining } = await deps.limits.consume('refreshRepeat', refreshToken);
  return remaining === points - 1 ? [['refresh', owner.sessionId]] : [];
}

function proofUses({ address, user }: LimitedRequest): readonly Use[] {
  const id = user?.id ?? '';
  return [
    ['proof', id, address],
    ['proofAccount', id],
  ];
}
