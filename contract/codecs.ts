/**
 * How a value travels from a job of the workflow to the script that the job runs, and back. Pure.
 * One codec types the workflow's expression, prints the value into the step's `env` and parses it in the script.
 */

import { type Digests, isDigest } from "./digests.ts";

/** A value that fits on one line of text. */
export interface Scalar<out T> {
  readonly kind: "scalar";
  /** Describes the values, for error messages. */
  readonly type: string;
  /** Whether the variable may be absent or empty. */
  readonly optional?: true;
  /** All values, if they are few; GitHub then shows a list to choose from. */
  readonly choices?: readonly string[];
  /** The field of GitHub's form for a manual run, if it is neither a text nor a list of choices. */
  readonly field?: "boolean" | "number" | "environment";
  /** @throws Error whose message continues a sentence that begins with the name of the variable */
  parse(written: string): T;
  print(value: never): string;
}

/** A folder that one job uploads as an artifact and another job downloads. */
export interface Folder<out Name extends string> {
  readonly kind: "folder";
  readonly name: Name;
  /** Evidence, such as reports, is uploaded even if the stage fails; a product only if it succeeds. */
  readonly evidence: boolean;
  /** Tells the folder of a job without a matrix from those of the legs of another job. */
  readonly leg?: string;
}

/** The folders of one name that the legs of a matrix uploaded, by leg. */
export interface Folders<out Name extends string> {
  readonly kind: "folders";
  readonly name: Name;
}

/** A folder that a job may find as an earlier run left it, and leaves for later runs. */
export interface Cache<out Name extends string> {
  readonly kind: "cache";
  readonly name: Name;
  readonly optional: true;
}

export type Codec = Scalar<unknown> | Folder<string> | Folders<string> | Cache<string>;

/** The value in the script. A folder is its path from the repository's root; folders are paths by leg; a cache may be absent. */
export type Value<C> =
  C extends Scalar<infer T>
    ? T
    : C extends Folder<string>
      ? string
      : C extends Folders<string>
        ? Readonly<Record<string, string>>
        : C extends Cache<string>
          ? string | undefined
          : never;

const scalar = <T>(type: string, parse: (written: string) => T, print: (value: T) => string): Scalar<T> => ({
  kind: "scalar",
  type,
  parse,
  print,
});

/** Text that is not empty. */
export const text: Scalar<string> = scalar(
  "text",
  (written) => {
    if (written === "") throw new Error("is empty");
    return written;
  },
  String,
);

/** Text that may be empty. */
export const optionalText: Scalar<string> = { ...scalar("text, which may be empty", String, String), optional: true };

/** Travels as text. Expressions compare it with `true`, since GitHub treats the text `false` as true. */
export const flag: Scalar<boolean> = {
  ...scalar(
    "`true` or `false`",
    (written) => {
      if (written !== "true" && written !== "false")
        throw new Error(`is ${JSON.stringify(written)}, neither true nor false`);
      return written === "true";
    },
    String,
  ),
  field: "boolean",
};

/** A flag that is `false` where the variable is absent or empty. */
export const optionalFlag = {
  ...scalar("`true` or `false`", (written) => flag.parse(written || "false"), String),
  optional: true,
  field: "boolean",
} as const;

/** A whole number of that range. */
export const wholeNumber = (from: number, to: number): Scalar<number> => ({
  ...scalar(
    `a whole number from ${from} to ${to}`,
    (written) => {
      const value = Number(written);
      if (!/^-?\d+$/u.test(written) || value < from || value > to)
        throw new Error(`is ${JSON.stringify(written)}, not a whole number from ${from} to ${to}`);
      return value;
    },
    String,
  ),
  field: "number",
});

/** One of these environments. GitHub's form lists all that the repository has. */
export const oneEnvironment = <const T extends string>(names: readonly T[]): Scalar<T> => ({
  ...oneOf(names),
  field: "environment",
});

export function oneOf<const T extends string>(choices: readonly T[]): Scalar<T> {
  const parse = (written: string): T => {
    const found = choices.find((choice) => choice === written);
    if (found === undefined) throw new Error(`is ${JSON.stringify(written)}, not one of ${choices.join(", ")}`);
    return found;
  };
  return { ...scalar(`one of ${choices.join(", ")}`, parse, String), choices };
}

export const list = <T extends string | number>(item: Scalar<T>): Scalar<readonly T[]> =>
  scalar(
    `a JSON list whose items are ${item.type}`,
    (written) => {
      const parsed = json(written);
      if (!Array.isArray(parsed)) throw new Error(`is not a JSON list: ${abbreviated(written)}`);
      return parsed.map((one: unknown) => {
        const [wanted, name] = item.field === "number" ? ["number", "a number"] : ["string", "text"];
        if (typeof one !== wanted) throw new Error(`contains ${JSON.stringify(one)}, which is not ${name}`);
        return item.parse(String(one));
      });
    },
    JSON.stringify,
  );

export const digests = <State extends string, Name extends string>(
  state: State,
  name: Scalar<Name>,
): Scalar<Digests<State, Name>> =>
  scalar(
    `a JSON object of ${state} digests by application`,
    (written) => {
      const parsed = json(written);
      if (typeof parsed !== "object" || parsed === null)
        throw new Error(`is not a JSON object: ${abbreviated(written)}`);
      return Object.fromEntries(
        Object.entries(parsed).map(([key, digest]) => {
          if (!isDigest(digest))
            throw new Error(`contains ${JSON.stringify(digest)} for ${key}, which is not a sha256 digest`);
          return [name.parse(key), digest];
        }),
      ) as Digests<State, Name>;
    },
    JSON.stringify,
  );

export const folder = <const Name extends string>(name: Name): Folder<Name> => ({
  kind: "folder",
  name,
  evidence: false,
});
export const evidence = <const Name extends string>(name: Name, leg?: string): Folder<Name> => ({
  kind: "folder",
  name,
  evidence: true,
  ...(leg === undefined ? {} : { leg }),
});
export const cache = <const Name extends string>(name: Name): Cache<Name> => ({ kind: "cache", name, optional: true });
export const folders = <const Name extends string>(name: Name): Folders<Name> => ({ kind: "folders", name });

function json(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (cause) {
    throw new Error(`is not JSON: ${abbreviated(written)}`, { cause });
  }
}

const abbreviated = (written: string): string => JSON.stringify(written.slice(0, 60));

/** The name of an artifact. GitHub refuses to upload one name twice, so each leg of a matrix has its own. */
export const artifactName = (name: string, leg?: string): string => (leg === undefined ? name : `${name}-${leg}`);

/** The folder above all artifacts of one name, the same on a laptop and on a runner. */
export const artifactRoot = (name: string): string => `.pipeline/${name}`;

/** The path of an artifact from the repository's root. */
export const artifactPath = (name: string, leg?: string): string => `${artifactRoot(name)}/${artifactName(name, leg)}`;

/** The environment variable of a value of the contract: `dryRun` is DRY_RUN. */
export const environmentName = (key: string): string =>
  key.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
