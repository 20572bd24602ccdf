import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type GuardedProcess = {
  /** The server itself, not its guard. */
  pid: number;
  /** Settles when the server is gone, with its exit code; 128 + n if signal n ended it. */
  exited: Promise<number>;
  /** The last lines it wrote, for messages about why it would not start. */
  lastLines(): string;
  /** Waits for a line that matches; if the server ends before, ends the guard too and rejects with the last lines. */
  ready(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it politely, by force after 20 s, and waits until it is gone, with its directories unless they are kept. */
  end(options?: { keepDirectories?: boolean }): Promise<void>;
};

export type GuardedOptions = {
  command: readonly [string, ...string[]];
  /** How the server is asked to end. */
  endSignal: 'INT' | 'TERM';
  /** How it is asked instead when nobody will need what it has written. */
  discardSignal?: 'QUIT';
  /** Go when we end or are killed. The server's own end leaves them, so that it can be started again. */
  directories?: readonly string[];
};

/**
 * Starts a server that cannot outlive us, however we end. It runs under a tiny shell in a session of its own (Ctrl-C in
 * the terminal does not reach it, so that we decide the order of ending) which holds the other end of our pipe: when the
 * pipe closes, because we asked or because we were killed with SIGKILL, the shell ends the server and removes its directories.
 */
export async function startGuarded(options: GuardedOptions): Promise<GuardedProcess> {
  const { command, endSignal, discardSignal = endSignal, directories = [] } = options;
  const script = ['-c', guardScript, 'guard', endSignal, discardSignal, directories.join('\n'), ...command];
  const guard = spawn('sh', script, { cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const [lifeline, stdout, stderr] = guard.stdio;
  const gone = once(guard, 'close');
  // The guard may be gone before it reads our last word.
  lifeline.on('error', () => {});

  const reports = createInterface({ input: guard.stdio[3] as Readable })[Symbol.asyncIterator]();
  const pid = Number((await reports.next()).value);
  const exited = reports.next().then(({ value }) => Number(value ?? 1));
  const output = watchLines([stdout, stderr]);

  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone, which is what the caller wanted.
    }
  };
  const end = async ({ keepDirectories = false } = {}) => {
    lifeline.end(keepDirectories ? 'keep\n' : '');
    const force = setTimeout(() => kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(force);
  };
  const ready = async (pattern: RegExp) => {
    const won = await Promise.race([output.seen(pattern), exited]);
    if (won === 'seen') return;
    await end({ keepDirectories: true });
    throw new Error(`${command.find((word) => word !== 'env')} ended with code ${won}:\n${output.lastLines()}`);
  };
  return { pid, exited, kill, ready, end, lastLines: output.lastLines };
}

// Descriptor 3 reports the pid, then the exit code; nobody may be left to read it, hence no SIGPIPE. The watcher waits for a
// word or the end of our pipe and ends the server. When the server ends first, the watcher is stopped (unless it has had
// its word already, which it alone knows) and the shell itself waits for the word.
const guardScript = `
signal=$1; discard=$2; directories=$3; shift 3
exec 4<&0 </dev/null
"$@" 3>&- 4<&- &
server=$!
trap '' PIPE
echo "$server" >&3
( read -r word <&4; trap '' TERM; [ "$word" = keep ] || signal=$discard
  kill -s "$signal" "$server"; [ "$word" != keep ] ) 3>&- >/dev/null 2>&1 &
watcher=$!
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
wait "$watcher"
told=$?
echo "$status" >&3
if [ "$told" -gt 128 ]; then
  read -r word <&4
  [ "$word" != keep ]
  told=$?
fi
[ "$told" -eq 0 ] || exit 0
printf '%s\\n' "$directories" | while IFS= read -r directory; do
  [ -z "$directory" ] || rm -rf -- "$directory"
done
`;

function watchLines(streams: readonly Readable[]) {
  const recent: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const input of streams) {
    createInterface({ input }).on('line', (line) => {
      recent.push(line);
      if (recent.length > 30) recent.shift();
      for (const notice of waiting) notice(line);
    });
  }
  const seen = (pattern: RegExp) =>
    new Promise<'seen'>((resolve) => {
      const notice = (line: string) => {
        if (!pattern.test(line)) return;
        waiting.delete(notice);
        resolve('seen');
      };
      waiting.add(notice);
      recent.forEach(notice);
    });
  return { lastLines: () => recent.join('\n'), seen };
}
