export { decideSend, looksSystemic, pauseAskedFor, resultOf, SYSTEMIC_DELAY_MS } from './delivery-decision.ts';
export {
  type ClaimedDelivery,
  claimDeliveries,
  MAX_BATCH,
  markDeliveries,
  nextDeliveryDue,
  removeTokens,
} from './delivery-store.ts';
export { createNotification } from './notification-store.ts';
export { pushText } from './push-text.ts';
