import type { UserCipher } from '../../shared/privacy/index.ts';
import type { AnyPrepareCall, SignedInUser } from '../route.ts';

/** For `prepare`: what the asking person's texts are sealed with, got before a connection is held. */
export const ownCipher = ({ deps, user }: Pick<AnyPrepareCall, 'deps'> & { user: SignedInUser }): Promise<UserCipher> =>
  deps.userKeys.cipherOf(user.id);
