import { z } from 'zod';
import { type AppError, permanent } from '../platform/errors.ts';
import type { AccountStatus } from './account.ts';
import { isTrusted, type Role } from './role.ts';

/** What an administrator may do to the system, from the least to the most. */
export const OperatorRole = z.enum(['viewer', 'support', 'operator', 'admin']);
export type OperatorRole = z.infer<typeof OperatorRole>;

/** Whether who has `role` may do what asks for `needed`. */
export const isAtLeast = (role: OperatorRole, needed: OperatorRole): boolean =>
  OperatorRole.options.indexOf(role) >= OperatorRole.options.indexOf(needed);

/** The refusal of whose role is less than that. */
export const needsRole = (needed: OperatorRole): AppError =>
  permanent('forbidden', `This needs the operator role ${needed}.`);

/** Where an account stands, as far as operators are concerned. */
export type AccountStanding = { role: Role; operatorRole: OperatorRole | null; status: AccountStatus };

export type AccountChange =
  | { kind: 'tier'; tier: 'standard' | 'premium' }
  | { kind: 'role'; role: Exclude<Role, 'administrator'> }
  | { kind: 'role'; role: 'administrator'; operatorRole: OperatorRole }
  | { kind: 'lock' }
  | { kind: 'unlock' };

/** Who may change an account at all; administrators are changed by those above everything only. */
export const neededRole = (change: AccountChange, account: AccountStanding): OperatorRole =>
  change.kind === 'role' || account.role === 'administrator' ? 'admin' : 'operator';

/** Where the account stands after the change. Throws 409 `conflict` for a change that makes no sense where it stands now. */
export function changedStanding(account: AccountStanding, change: AccountChange): AccountStanding {
  switch (change.kind) {
    case 'tier':
      if (account.role !== 'standard' && account.role !== 'premium')
        throw conflict('The tier is of standard and premium accounts; this one has a role of its own.');
      return { ...account, role: change.tier };
    case 'role':
      if (isTrusted(change.role) && account.status !== 'active')
        throw conflict('Only an account that is active, its address proved, is given this role.');
      return {
        ...account,
        role: change.role,
        operatorRole: change.role === 'administrator' ? change.operatorRole : null,
      };
    case 'lock':
      if (account.status !== 'active') throw conflict(`An account that is ${account.status} is not locked.`);
      return { ...account, status: 'locked' };
    case 'unlock':
      if (account.status !== 'locked') throw conflict(`An account that is ${account.status} has no lock.`);
      return { ...account, status: 'active' };
  }
}

const conflict = (message: string): AppError => permanent('conflict', message);
