import type { Deps } from '../../shared/compose.ts';
import { TOO_MANY } from '../../shared/platform/bounded-queue.ts';
import { errorClassOf } from '../../shared/platform/errors.ts';
import { addressGroup } from '../../shared/platform/limits/address-group.ts';
import { limitHeaders } from '../../shared/platform/limits/limit-headers.ts';
import type { ApiContext, Middleware } from '../context.ts';
import { LIMIT_POLICIES, type LimitedRequest, type LimitPolicy, type Use } from '../limits.ts';
import type { RouteSpec } from '../route.ts';

const policyOf = ({ limit, who }: Pick<RouteSpec, 'limit' | 'who'>): LimitPolicy =>
  LIMIT_POLICIES[limit ?? (who === 'user' ? 'user' : 'anyone')];

/** Such a route says so by the problem it may have. */
const asksForHashes = ({ problems }: Pick<RouteSpec, 'problems'>): boolean => problems?.includes('busy') ?? false;

/** What can be refused before anything is read: too many hashes waiting already, too much from one address. */
export function limitArrivals(
  spec: RouteSpec,
  { limits, passwords }: Pick<Deps, 'limits' | 'passwords'>,
): Middleware[] {
  const { byAddress } = policyOf(spec);
  return [
    ...(asksForHashes(spec) ? [unlessBusy(passwords)] : []),
    ...(byAddress ? [perAddress(byAddress, limits)] : []),
  ];
}

/** What a flood meets first. It costs no query, no hash and no look at the body. */
const unlessBusy =
  (passwords: Deps['passwords']): Middleware =>
  (_ctx, next) => {
    if (passwords.isFull()) throw TOO_MANY;
    return next();
  };

export const perAddress =
  (rule: Use[0], limits: Deps['limits']): Middleware =>
  async (ctx, next) => {
    await consume(ctx, limits, [rule, addressGroup(ctx.state.ip)]);
    return next();
  };

/** What is counted once it is known who asks. */
export function limitUsers(spec: RouteSpec, { limits }: Pick<Deps, 'limits'>): Middleware[] {
  const { byUser } = policyOf(spec);
  if (!byUser) return [];
  return [
    async (ctx, next) => {
      await consume(ctx, limits, [byUser, ctx.state.user?.id ?? '']);
      return next();
    },
  ];
}

/** What is counted once the body is known: whose account it is about. */
export function limitContents(
  spec: RouteSpec,
  { passwords, ...deps }: LimitedRequest['deps'] & Pick<Deps, 'passwords'>,
): Middleware[] {
  const { byContent, givesBack } = policyOf(spec);
  // From here on a request costs queries too. Before its body was there it held no place: slow bodies would hold them all.
  const attended: Middleware[] = asksForHashes(spec) ? [(_ctx, next) => passwords.attend(next)] : [];
  if (!byContent) return attended;
  return [
    ...attended,
    async (ctx, next) => {
      const { ip, user, input } = ctx.state;
      const uses = await byContent({ address: addressGroup(ip), user, body: input?.body, deps });
      for (const use of uses) await consume(ctx, deps.limits, use);
      if (!givesBack) return next();
      const giveBack = () => Promise.all(uses.map((use) => deps.limits.giveBack(...use)));
      try {
        await next();
      } catch (error) {
        // Nothing was tried where we could not even look.
        if (errorClassOf(error) === 'transient') await giveBack();
        throw error;
      }
      await giveBack();
    },
  ];
}

/** Every answer says how the limits stand that counted it. */
async function consume(ctx: ApiContext, limits: Deps['limits'], use: Use): Promise<void> {
  const standing = await limits.consume(...use);
  ctx.state.standings = [...(ctx.state.standings ?? []), standing];
  ctx.set(limitHeaders(ctx.state.standings));
}
