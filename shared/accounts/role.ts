import { z } from 'zod';

export const Role = z.enum(['standard', 'premium', 'content_manager', 'administrator']);
export type Role = z.infer<typeof Role>;

/** What a role may touch: everybody their own rows, some the shared content, some the system. Space-separated (RFC 9068). */
export const scopeOf = (role: Role): string => SCOPES[role];

const SCOPES: Record<Role, string> = {
  standard: 'own',
  premium: 'own',
  content_manager: 'own content',
  administrator: 'own content system',
};
