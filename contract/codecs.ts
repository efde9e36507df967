/**
 * How a value crosses between a job of the workflow and the script that it calls.
 * One codec types the workflow's expression, writes the step's `env` and parses it in the script.
 */

import { type Digests, isDigest } from "./digests.ts";

/** A value that fits on one line of text. */
export interface Scalar<out T> {
  readonly kind: "scalar";
  readonly type: string;
  /** The values a person chooses from, when they are few. */
  readonly choices?: readonly string[];
  /** Throws an Error that says what was expected. */
  parse(written: string): T;
  print(value: never): string;
}

/** A folder that one job leaves and another inputs, as an artifact. */
export interface Folder<out Name extends string> {
  readonly kind: "folder";
  readonly name: Name;
  /** Evidence is kept whether the stage passes or fails; a product only when it passes. */
  readonly evidence: boolean;
}

/** The folders of that name that every leg of a matrix left, by leg. */
export interface Folders<out Name extends string> {
  readonly kind: "folders";
  readonly name: Name;
}

export type Codec = Scalar<unknown> | Folder<string> | Folders<string>;

/** What the script gets. A folder is its path from the repository's root; folders are paths by leg. */
export type Value<C> =
  C extends Scalar<infer T>
    ? T
    : C extends Folder<string>
      ? string
      : C extends Folders<string>
        ? Readonly<Record<string, string>>
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
export const optionalText: Scalar<string> = scalar("text, or nothing", String, String);

/** A flag travels as text, and GitHub takes the text `false` for true: expressions compare it. */
export const flag: Scalar<boolean> = scalar(
  "`true` or `false`",
  (written) => {
    if (written !== "true" && written !== "false")
      throw new Error(`is ${JSON.stringify(written)}, neither true nor false`);
    return written === "true";
  },
  String,
);

export function oneOf<const T extends string>(choices: readonly T[]): Scalar<T> {
  const parse = (written: string): T => {
    const found = choices.find((choice) => choice === written);
    if (found === undefined) throw new Error(`is ${JSON.stringify(written)}; known: ${choices.join(", ")}`);
    return found;
  };
  return { ...scalar(`one of ${choices.join(", ")}`, parse, String), choices };
}

export const list = <T extends string>(item: Scalar<T>): Scalar<readonly T[]> =>
  scalar(
    `a JSON list, each ${item.type}`,
    (written) => {
      const parsed = json(written);
      if (!Array.isArray(parsed)) throw new Error("is not a JSON list");
      return parsed.map((one: unknown) => {
        if (typeof one !== "string") throw new Error(`holds ${JSON.stringify(one)}, which is no text`);
        return item.parse(one);
      });
    },
    JSON.stringify,
  );

export const digests = <What extends string, Name extends string>(
  what: What,
  name: Scalar<Name>,
): Scalar<Digests<What, Name>> =>
  scalar(
    `a JSON object, from application to ${what} digest`,
    (written) => {
      const parsed = json(written);
      if (typeof parsed !== "object" || parsed === null) throw new Error("is not a JSON object");
      return Object.fromEntries(
        Object.entries(parsed).map(([key, digest]) => {
          if (!isDigest(digest))
            throw new Error(`holds ${JSON.stringify(digest)} for ${key}, which is no sha256 digest`);
          return [name.parse(key), digest];
        }),
      ) as Digests<What, Name>;
    },
    JSON.stringify,
  );

export const folder = <const Name extends string>(name: Name): Folder<Name> => ({
  kind: "folder",
  name,
  evidence: false,
});
export const evidence = <const Name extends string>(name: Name): Folder<Name> => ({
  kind: "folder",
  name,
  evidence: true,
});
export const folders = <const Name extends string>(name: Name): Folders<Name> => ({ kind: "folders", name });

function json(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (cause) {
    throw new Error(`is not JSON: ${JSON.stringify(written.slice(0, 60))}`, { cause });
  }
}

/** The name of an artifact: GitHub refuses one name twice, so each leg of a matrix has its own. */
export const artifactName = (name: string, leg?: string): string => (leg === undefined ? name : `${name}-${leg}`);

/** Where all the folders of one name lie; a laptop and a runner agree. */
export const artifactRoot = (name: string): string => `.pipeline/${name}`;

/** Where an artifact lies, from the repository's root. */
export const artifactPath = (name: string, leg?: string): string => `${artifactRoot(name)}/${artifactName(name, leg)}`;

/** How a value of the contract is called in the environment: `dryRun` is DRY_RUN. */
export const environmentName = (key: string): string =>
  key.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
