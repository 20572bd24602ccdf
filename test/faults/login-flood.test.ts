import { loginFlood } from './rows/login-flood.ts';
import { holdsInSmall } from './support/holds-in-small.ts';

holdsInSmall(loginFlood);
