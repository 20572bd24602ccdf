import { Secret, TOTP } from 'otpauth';
import type { Actor } from '../actor.ts';
import type { Target } from '../target.ts';

/** The body with what the actor really has in the fields that ask for it: their address, password, tokens, objects. */
export function truthfulBody(body: unknown, actor: Actor, target: Target): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const facts: Record<string, unknown> = {
    email: actor.email,
    password: actor.password,
    currentPassword: actor.password,
    refreshToken: actor.refreshToken,
    token: target.mailTokens(actor.email)[0],
    code: actor.totpSecret && new TOTP({ secret: Secret.fromBase32(actor.totpSecret) }).generate(),
    relatedJournalId: actor.names.get('/v1/journals')?.[0],
  };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Object.hasOwn(facts, name) ? (facts[name] ?? value) : value]),
  );
}
