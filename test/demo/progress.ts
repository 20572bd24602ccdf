import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './play.ts';

export type Bars = Progress & { note(text: string): void; stop(): void };

/** One bar for the phase under way; plain lines where the output is no terminal. */
export function progressBars(stream: NodeJS.WriteStream): Bars {
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    note(text) {
      stop();
      stream.write(`${text} …\n`);
    },
    phase(name, total) {
      stop();
      if (!stream.isTTY) {
        stream.write(`${name} (${total}) …\n`);
        return;
      }
      bar = new SingleBar(
        { stream, format: `{bar} {value}/{total}  ${name}`, hideCursor: true },
        Presets.shades_classic,
      );
      bar.start(total, 0);
    },
    step: () => bar?.increment(),
    stop,
  };
}
