import { type Duration, milliseconds } from '../duration.ts';

/** How often something may be done: `points` times in a window of `per`. */
export type LimitSetting = { points: number; per: Duration };

type LimitTraits = LimitSetting & {
  /** Keyed by an address and nothing else: a hundred times as wide on one machine, where everybody has the same. */
  byAddress?: true;
  /** Guards sign-ins and proofs: goes on in the process when the store is away. The others then let everybody through. */
  guardsSignIn?: true;
  /** Asked of the store before each use, to the point. The others are counted in the process (see `near-count.ts`). */
  exact?: true;
};

/** Every limit by the name it has in `RATE_LIMITS`, with its default. */
const LIMITS = {
  /** Sign-ins per account and client address; on a device the account knows, per account and device. */
  login: { points: 5, per: '15m', guardsSignIn: true, exact: true },
  /** Sign-ins per account from wherever; does not count on a device the account knows. */
  loginAccount: { points: 20, per: '1h', guardsSignIn: true, exact: true },
  loginAddress: { points: 100, per: '1h', guardsSignIn: true, byAddress: true },
  registerAddress: { points: 5, per: '1h', guardsSignIn: true, byAddress: true },
  /** Mails asked for: to reset a password; to prove an address once more, or another one. Per account. */
  reset: { points: 3, per: '1h', guardsSignIn: true, exact: true },
  resend: { points: 3, per: '1h', guardsSignIn: true, exact: true },
  /** Refreshes per session; the same token once more counts as a repetition, not as a refresh. */
  refresh: { points: 30, per: '1m', guardsSignIn: true, exact: true },
  refreshRepeat: { points: 120, per: '1m', guardsSignIn: true, exact: true },
  /** Proofs of somebody signed in (password, one-time code) per user and address, and per user from wherever. */
  proof: { points: 5, per: '15m', guardsSignIn: true, exact: true },
  proofAccount: { points: 20, per: '1h', guardsSignIn: true, exact: true },
  /** Files imported per user: each is up to 5 MiB of work. */
  import: { points: 60, per: '1h' },
  /** Everything else: per user, and per address where nobody is signed in. */
  user: { points: 120, per: '1m' },
  address: { points: 600, per: '1m', byAddress: true },
} as const satisfies Record<string, LimitTraits>;

export type RuleName = keyof typeof LIMITS;
export const RULE_NAMES = Object.keys(LIMITS) as RuleName[];

export type Rule = Readonly<{
  name: RuleName;
  points: number;
  windowMs: number;
  guardsSignIn: boolean;
  exact: boolean;
}>;
export type Rules = Readonly<Record<RuleName, Rule>>;

type LimitOverrides = {
  [Name in RuleName]?: { [Key in keyof LimitSetting]?: LimitSetting[Key] | undefined } | undefined;
};

const ONE_MACHINE = 100;

/** The limits in force: the defaults, wider by address on one machine, under what is set. What is set counts as it stands. */
export function limitRules(overrides: Readonly<LimitOverrides>, { oneMachine }: { oneMachine: boolean }): Rules {
  const rules = RULE_NAMES.map((name): [RuleName, Rule] => {
    const traits: LimitTraits = LIMITS[name];
    const points = traits.points * (oneMachine && traits.byAddress ? ONE_MACHINE : 1);
    const own = overrides[name];
    const rule = {
      name,
      points: own?.points ?? points,
      windowMs: milliseconds(own?.per ?? traits.per),
      guardsSignIn: traits.guardsSignIn ?? false,
      exact: traits.exact ?? false,
    };
    return [name, rule];
  });
  return Object.fromEntries(rules) as Rules;
}
