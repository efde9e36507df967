/** The progress of running commands: one moving line on a terminal, plain lines elsewhere. */
import { duration } from "./format.ts";

/** A stream of the process, or a stand-in of a test. */
export type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns"> & { write(text: string): unknown };

/** How long titled commands took in earlier runs, in milliseconds. */
export interface Durations {
  expected(title: string): number | undefined;
  record(title: string, milliseconds: number): void;
}

export const bold = (text: string, terminal: Terminal): string => (terminal.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

export function screen(
  terminal: Terminal,
  errors: Terminal,
  github: boolean,
  secrets: ReadonlySet<string>,
  durations?: Durations,
) {
  const running = new Map<symbol, { readonly title: string; readonly since: number }>();
  const clean = (text: string) => [...secrets].reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  const moving = terminal.isTTY && !github;
  let timer: NodeJS.Timeout | undefined;

  const erase = () => moving && terminal.write("\r\u001b[2K");
  const draw = () => {
    if (!moving || running.size === 0) return;
    const now = performance.now();
    const text = [...running.values()]
      .map(({ title, since }) => {
        const expected = durations?.expected(title);
        return `${title} ${duration(now - since)}${expected === undefined ? "" : ` of about ${duration(expected)}`}`;
      })
      .join(" · ");
    terminal.write(`\r\u001b[2K  ⋯ ${text.slice(0, Math.max(20, terminal.columns - 6))}`);
  };
  const lineOn = (stream: Terminal) => (text: string) => {
    erase();
    stream.write(`${clean(text)}\n`);
    draw();
  };
  const line = lineOn(terminal);
  return {
    line,
    errorLine: lineOn(errors),
    stream: (text: string) => void (github && terminal.write(clean(text))),
    raw: (data: Buffer) => void terminal.write(clean(data.toString())),
    begin(title: string): (succeeded: boolean) => void {
      const key = Symbol(title);
      const since = performance.now();
      running.set(key, { title, since });
      if (moving) timer ??= setInterval(draw, 200).unref();
      draw();
      return (succeeded) => {
        running.delete(key);
        if (running.size === 0) timer = void clearInterval(timer);
        const milliseconds = performance.now() - since;
        if (succeeded) durations?.record(title, milliseconds);
        line(`  ${succeeded ? "✓" : "✗"} ${title} (${duration(milliseconds)})`);
      };
    },
  };
}
