/**
 * The definition of a command: its options, its argument and its work. The parser, the help and the types of the work's
 * input derive from it. Pure.
 */
import type { Effects } from "../../core/effects.ts";
import type { ExitCode } from "./exit-codes.ts";

type Value = string | number;

export interface Flag {
  readonly kind: "flag";
  readonly summary: string;
}

export interface ValueOption<T extends Value | undefined> {
  readonly kind: "value";
  /** The name of the value in the help, such as PORT. */
  readonly placeholder: string;
  readonly summary: string;
  /**
   * @param name of the option with its dashes, for the error message
   * @param written the value as the user wrote it
   * @throws UserError that names the value and what is expected
   */
  readonly parse: (name: string, written: string) => T;
  /** The value without the option. */
  readonly default: T;
}

/** An option that may be given several times. */
export interface ListOption {
  readonly kind: "list";
  readonly placeholder: string;
  readonly summary: string;
  /** As for an option with one value. */
  readonly parse: (name: string, written: string) => string;
  /** Whether the words behind a value are further values, up to the next option. */
  readonly takesWords: boolean;
}

interface Choice<T extends string> {
  /** The word for one of the choices, such as "stage". */
  readonly noun: string;
  readonly choices: readonly T[];
}

/** Exactly one of the choices. */
export interface OneOf<T extends string> extends Choice<T> {
  readonly count: "one";
}

/** Any number of the choices. */
export interface AnyOf<T extends string> extends Choice<T> {
  readonly count: "any";
}

/** Any number of names that the user chooses, such as files. */
export interface AnyNamed {
  readonly count: "any";
  readonly noun: string;
  readonly summary: string;
  readonly choices?: undefined;
}

export type Argument = OneOf<string> | AnyOf<string> | AnyNamed;

/** By name, without the dashes. */
export type Options = Readonly<Record<string, Flag | ValueOption<Value | undefined> | ListOption>>;

export interface Input<O, A> {
  readonly options: {
    readonly [K in keyof O]: O[K] extends ValueOption<infer T>
      ? T
      : O[K] extends ListOption
        ? readonly string[]
        : boolean;
  };
  readonly argument: A extends OneOf<infer T>
    ? T
    : A extends AnyOf<infer T>
      ? readonly T[]
      : A extends AnyNamed
        ? readonly string[]
        : undefined;
}

export interface Command<O = Options, A = Argument | undefined> {
  /** One line of the overview: what the command does. */
  readonly summary: string;
  /** Further lines of the command's own help. */
  readonly details?: string;
  readonly options?: O;
  readonly argument?: A;
  readonly subcommands?: Readonly<Record<string, Command>>;
  /** Another program reads standard output: progress goes to standard error. */
  readonly outputIsData?: true;
  /** Returns an exit code, or nothing when it succeeded. Does not run without the subcommand where it is absent. */
  run(input: Input<O, A>, fx: Effects): Promise<ExitCode | void>;
}

/** Infers the types of the input from the definition. */
export const command = <const O extends Options = Record<never, never>, A extends Argument | undefined = undefined>(
  definition: Command<O, A>,
): Command => definition;

export const flag = (summary: string): Flag => ({ kind: "flag", summary });

/** An option with a value, and what the value is without the option. */
export const value = <T extends Value>(
  placeholder: string,
  summary: string,
  parse: ValueOption<T>["parse"],
  otherwise: NoInfer<T>,
): ValueOption<T> => ({ kind: "value", placeholder, summary, parse, default: otherwise });

/** An option with a value that may be left out. */
export const optionalValue = <T extends Value>(
  placeholder: string,
  summary: string,
  parse: ValueOption<T>["parse"],
): ValueOption<T | undefined> => ({ kind: "value", placeholder, summary, parse, default: undefined });

/** An option that may be given several times; without it the list is empty. */
export const repeated = (placeholder: string, summary: string, parse: ListOption["parse"]): ListOption => ({
  kind: "list",
  placeholder,
  summary,
  parse,
  takesWords: false,
});

/** The same, with any number of values each time. */
export const words = (placeholder: string, summary: string, parse: ListOption["parse"]): ListOption => ({
  ...repeated(`${placeholder}…`, summary, parse),
  takesWords: true,
});

export const oneOf = <T extends string>(noun: string, choices: readonly T[]): OneOf<T> => ({
  count: "one",
  noun,
  choices,
});

export const anyOf = <T extends string>(noun: string, choices: readonly T[]): AnyOf<T> => ({
  count: "any",
  noun,
  choices,
});

export const anyNamed = (noun: string, summary: string): AnyNamed => ({ count: "any", noun, summary });
