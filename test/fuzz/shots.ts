import { operationFor, verdict } from './verdict.ts';
import type { Exchange, Wire, WireRequest } from './wire.ts';

/** Does not hold: what, and the requests that led there. */
export class Broken extends Error {
  readonly requests: readonly WireRequest[];
  constructor(problem: string, requests: readonly WireRequest[]) {
    super(problem);
    this.requests = requests;
  }
}

export type Tally = {
  requests: number;
  readonly statuses: Map<number, number>;
  slowestMs: number;
  /** Requests by operation that were let in, to see what the run has really reached. */
  readonly reached: Map<string, number>;
};

/** Sends for one class of requests, counts, and throws `Broken` at the first answer that does not hold. */
export type Shots = { readonly tally: Tally; send(request: WireRequest): Promise<Exchange> };

/** @param slowMs what takes longer three times in a row does not hold */
export function shotsAt(wire: Wire, onRequest: () => void, slowMs: number): Shots {
  const tally: Tally = { requests: 0, statuses: new Map(), slowestMs: 0, reached: new Map() };
  const count = (request: WireRequest, { answer, milliseconds }: Exchange) => {
    tally.requests += 1;
    tally.statuses.set(answer?.status ?? 0, (tally.statuses.get(answer?.status ?? 0) ?? 0) + 1);
    tally.slowestMs = Math.max(tally.slowestMs, milliseconds);
    const operation = answer && answer.status < 300 ? operationFor(request) : undefined;
    if (operation) {
      const name = `${operation.method} ${operation.path}`;
      tally.reached.set(name, (tally.reached.get(name) ?? 0) + 1);
    }
    onRequest();
  };
  return {
    tally,
    async send(request) {
      const exchange = await wire.send(request);
      count(request, exchange);
      const problems = verdict(request, exchange);
      if (problems.length > 0) throw new Broken(problems.join('; '), [request]);
      // A machine that is busy with something else is slow once; what is slow each time is slow.
      let { milliseconds } = exchange;
      for (let tries = 0; milliseconds > slowMs; tries += 1) {
        if (tries === 2) throw new Broken(`took ${Math.round(milliseconds)} ms, thrice`, [request]);
        const again = await wire.send(request);
        count(request, again);
        milliseconds = again.milliseconds;
      }
      return exchange;
    },
  };
}
