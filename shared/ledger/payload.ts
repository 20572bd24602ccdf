import { AppError, poison } from '../platform/errors.ts';
import { type JobContract, MAX_PAYLOAD_BYTES } from './contract.ts';

/** Checks a payload before it is stored: an oversized or ill-shaped one never becomes a job. */
export function encodePayload<Payload>(contract: JobContract<string, Payload>, payload: Payload): string {
  const parsed = contract.payload.safeParse(payload);
  if (!parsed.success) throw poison('invalid_payload', `${contract.name}: ${parsed.error.message}`);
  const json = JSON.stringify(parsed.data);
  if (Buffer.byteLength(json) > MAX_PAYLOAD_BYTES) {
    throw poison('oversized_payload', `${contract.name}: the payload is over ${MAX_PAYLOAD_BYTES} bytes`);
  }
  return json;
}

/** Thrown for a payload written by newer code than this: the job goes back untouched, for a newer worker to take. */
export class NewerPayload extends AppError {
  constructor(name: string, version: number) {
    super('transient', 'newer_payload', `${name}: version ${version} is newer than this worker`);
  }
}

/** Reads a stored payload of any known version as today's: upcasts it step by step, then checks it. */
export function decodePayload<Payload>(
  contract: JobContract<string, Payload>,
  version: number,
  stored: unknown,
): Payload {
  if (version > contract.version) throw new NewerPayload(contract.name, version);
  let payload = stored;
  for (let from = version; from < contract.version; from += 1) {
    const upcast = contract.upcasters[from];
    if (!upcast) throw poison('unreadable_version', `${contract.name}: no upcaster from version ${from}`);
    payload = upcast(payload);
  }
  const parsed = contract.payload.safeParse(payload);
  if (!parsed.success) throw poison('invalid_payload', `${contract.name}: ${parsed.error.message}`);
  return parsed.data;
}
