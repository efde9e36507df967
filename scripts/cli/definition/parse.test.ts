import { describe, expect, test } from "vitest";
import { UserError } from "../../../contract/user-error.ts";
import { anyNamed, anyOf, command, flag, oneOf, optionalValue, repeated, value, words } from "./command.ts";
import { findCommand } from "./invocation.ts";
import { Misuse } from "./misuse.ts";
import { asksForHelp, parse } from "./parse.ts";

const whole = (name: string, written: string): number => {
  if (!/^-?\d+$/u.test(written)) throw new UserError(`${name} is ${written}`, "Give a whole number");
  return Number(written);
};

const options = {
  fast: flag("go fast"),
  count: value("N", "how many", whole, 3),
  place: optionalValue("PLACE", "where", (_, written) => written),
};

const work = command({
  summary: "works",
  options,
  argument: oneOf("colour", ["red", "green"]),
  run({ options: { fast, count, place }, argument }) {
    // The types of the input follow from the definition.
    const typed: readonly [boolean, number, string | undefined, "red" | "green"] = [fast, count, place, argument];
    // @ts-expect-error no such option
    const misspelled = ({ options: given }: { options: { fast: boolean } }) => given.fsat;
    return Promise.reject(new Error(`${String(typed)} ${String(misspelled)}`));
  },
});
const paint = command({
  summary: "paints",
  argument: anyOf("colour", ["red", "green"]),
  run: () => Promise.resolve(),
});
const parsed = (definition: typeof work, ...args: readonly string[]) =>
  parse({ path: ["work"], command: definition, args });

describe("options", () => {
  test.each([
    { args: ["red"], is: { fast: false, count: 3, place: undefined } },
    { args: ["red", "--fast"], is: { fast: true, count: 3, place: undefined } },
    { args: ["--count", "5", "red", "--place=here"], is: { fast: false, count: 5, place: "here" } },
    { args: ["red", "--count", "1", "--count", "2"], is: { fast: false, count: 2, place: undefined } },
    { args: ["red", "--count", "-1"], is: { fast: false, count: -1, place: undefined } },
    { args: ["red", "--place=--fast"], is: { fast: false, count: 3, place: "--fast" } },
  ])("$args", ({ args, is }) => expect(parsed(work, ...args)).toEqual({ options: is, argument: "red" }));

  test("the error of a value keeps its message and remedy", () => {
    try {
      parsed(work, "red", "--count", "many");
      expect.unreachable();
    } catch (failure) {
      expect(failure).toBeInstanceOf(Misuse);
      expect(failure).toMatchObject({ message: "--count is many", remedy: "Give a whole number" });
    }
  });
  test("names of Object.prototype are unknown options", () =>
    expect(() => parsed(work, "red", "--constructor")).toThrow(Misuse));
});

describe("an option that may be given several times", () => {
  const each = command({
    summary: "paints several walls",
    options: {
      wall: repeated("WALL", "a wall", (_, written) => written),
      colour: words("COLOUR", "the colours", (name, written) => {
        if (written === "dark") throw new UserError(`${name} is dark`, "Give a bright one");
        return written;
      }),
      fast: flag("go fast"),
    },
    argument: oneOf("house", ["mine"]),
    run: () => Promise.resolve(),
  });
  test.each([
    { args: ["mine"], wall: [], colour: [] },
    { args: ["mine", "--wall", "east", "--wall=west"], wall: ["east", "west"], colour: [] },
    { args: ["--wall", "east", "mine"], wall: ["east"], colour: [] },
    { args: ["mine", "--colour", "red", "blue", "--colour", "green"], wall: [], colour: ["red", "blue", "green"] },
    { args: ["--colour", "red", "blue", "--fast", "mine"], wall: [], colour: ["red", "blue"] },
    { args: ["--colour", "red", "--", "mine"], wall: [], colour: ["red"] },
  ])("$args", ({ args, wall, colour }) =>
    expect(parsed(each, ...args)).toMatchObject({ options: { wall, colour }, argument: "mine" }),
  );
  test.each([[["mine", "--colour", "dark"]], [["mine", "--colour", "red", "dark"]], [["mine", "--wall"]]])(
    "%j is misuse",
    (args) => expect(() => parsed(each, ...args)).toThrow(Misuse),
  );
});

describe("arguments", () => {
  test("any number", () => {
    expect(parsed(paint).argument).toEqual([]);
    expect(parsed(paint, "green", "red").argument).toEqual(["green", "red"]);
  });
  test("any name where the command has no choices", () => {
    const open = command({
      summary: "opens files",
      argument: anyNamed("file", "any file"),
      run: () => Promise.resolve(),
    });
    expect(parsed(open, "a.yml", "../b").argument).toEqual(["a.yml", "../b"]);
  });
  test("after two dashes", () => expect(parsed(work, "--", "green").argument).toBe("green"));
  test("an option after two dashes is an argument", () =>
    expect(() => parsed(paint, "--", "--help")).toThrow("--help"));
});

test.each([
  { args: ["--help"], is: true },
  { args: ["red", "-h"], is: true },
  { args: ["help"], is: true },
  { args: ["red", "help"], is: false },
  { args: ["--", "--help"], is: false },
  { args: ["--place", "--help"], is: false },
  { args: [], is: false },
])("$args asks for help: $is", ({ args, is }) => expect(asksForHelp(args, options)).toBe(is));

test("the deepest command that is named", () => {
  const root = { ...paint, subcommands: { one: { ...paint, subcommands: { two: work } } } };
  expect(findCommand(root, ["one", "two", "x"])).toEqual({ path: ["one", "two"], command: work, args: ["x"] });
  expect(findCommand(root, ["one", "--y"])).toMatchObject({ path: ["one"], args: ["--y"] });
  expect(findCommand(root, ["toString"])).toMatchObject({ path: [], args: ["toString"] });
});
