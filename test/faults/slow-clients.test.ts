import { slowClients } from './rows/slow-clients.ts';
import { holdsInSmall } from './support/holds-in-small.ts';

holdsInSmall(slowClients);
