/** Bounds work that runs at the same time by the bytes it moves, so that a few large pieces cannot take the place of all small ones. */
export type ByteBudget = {
  /**
   * Runs `work` as soon as `bytes` more are in the budget, in the order of asking: small work does not overtake, or large work
   * would wait for ever. Work larger than the whole budget runs alone. Throws the reason of `signal` while it waits.
   */
  use<Result>(bytes: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
};

export function byteBudget(capacity: number): ByteBudget {
  const waiting: Waiting[] = [];
  let inFlight = 0;

  const admit = () => {
    for (let next = waiting[0]; next && (inFlight === 0 || inFlight + next.bytes <= capacity); next = waiting[0]) {
      waiting.shift();
      inFlight += next.bytes;
      next.begin();
    }
  };
  const leave = (one: Waiting) => {
    const at = waiting.indexOf(one);
    if (at >= 0) waiting.splice(at, 1);
    admit();
  };

  return {
    async use(bytes, signal, work) {
      await turn(bytes, signal);
      try {
        return await work();
      } finally {
        inFlight -= bytes;
        admit();
      }
    },
  };

  function turn(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const calledOff = () => {
      leave(one);
      reject(signal.reason);
    };
    const one: Waiting = {
      bytes,
      begin() {
        signal.removeEventListener('abort', calledOff);
        resolve();
      },
    };
    signal.addEventListener('abort', calledOff, { once: true });
    waiting.push(one);
    admit();
    return promise;
  }
}

type Waiting = { bytes: number; begin: () => void };
