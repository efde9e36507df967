import { expect, test } from "vitest";
import { screen } from "./progress.ts";

const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, isTTY, columns: 100, write: (text: string) => written.push(text) };
};
const expecting = { expected: () => 90_000, record: () => undefined };

test("a terminal shows what runs, and how long it took the last time", () => {
  const tty = terminal(true);
  const show = screen(tty, tty, false, new Set(), expecting);
  show.begin("unit tests");
  expect(tty.written.at(-1)).toMatch(/unit tests 0\.\d s of about 1 min 30 s/u);
});

test("elsewhere, one plain line says what ended", () => {
  const log = terminal(false);
  screen(log, log, false, new Set(), expecting).begin("unit tests")(true);
  expect(log.written.join("")).toMatch(/^ {2}✓ unit tests \(0\.\d s\)\n$/u);
});

test("only what succeeded is expected to take as long again", () => {
  const recorded: string[] = [];
  const log = terminal(false);
  const show = screen(log, log, false, new Set(), {
    expected: () => undefined,
    record: (title) => void recorded.push(title),
  });
  show.begin("green")(true);
  show.begin("red")(false);
  expect(recorded).toEqual(["green"]);
});
