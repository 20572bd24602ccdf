import { z } from 'zod';

export const Role = z.enum(['standard', 'premium', 'content_manager', 'administrator']);
export type Role = z.infer<typeof Role>;

/** What a route may ask for beyond a signed-in user's own rows. */
export const Scope = z.enum(['own', 'premium', 'content', 'system']);
export type Scope = z.infer<typeof Scope>;

/** What somebody may touch: everybody their own rows, some the shared content, some the system. */
export const scopesOf = (role: Role, secondFactor: boolean): readonly Scope[] =>
  isTrusted(role) && !secondFactor ? ['own'] : SCOPES[role];

/** Whether a role touches more than its own rows; it does so only in a session that a second factor has proved. */
export const isTrusted = (role: Role): boolean => role === 'content_manager' || role === 'administrator';

const SCOPES: Record<Role, readonly Scope[]> = {
  standard: ['own'],
  premium: ['own', 'premium'],
  content_manager: ['own', 'content'],
  administrator: ['own', 'content', 'system'],
};
