/** docs/settings.md lists every environment variable that is read, and no other. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { contracts } from "../../contract/contracts.ts";
import { environments, variables } from "../../contract/settings.ts";
import { environmentName } from "../../contract/codecs.ts";
import { rules } from "../../scripts/core/environment.ts";
import { read } from "./files.ts";
import { codeSpans, proseOf, sectionsOf } from "./markdown.ts";

const sources = (root: string, name: RegExp): readonly string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => !/node_modules|\.test\.ts$|\/tests\/|\/frontend\//u.test(path.replace(/^tests\//u, "")))
    .map((path) => readFileSync(path, "utf8"));

const found = (texts: readonly string[], pattern: RegExp): readonly string[] =>
  texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match.slice(1).find(Boolean) ?? ""));

const typescript = ["contract", "scripts", "workflows-src", "tests"].flatMap((root) => sources(root, /\.(?:ts|mjs)$/u));
const python = sources("apps", /\.py$/u);
const compose = ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"].map(read);
const scripts = [
  ...sources("apps/postgres", /\.sh$/u),
  ...sources("apps/reverse-proxy", /\.sh$/u),
  ...sources("tests/e2e/actions", /\.yml$/u),
];

/** `PORT_ROCKET_ECOMMERCE` is documented as `PORT_…`. The longest first: one name may be the end of another. */
const suffixes = appNames
  .map((app) => app.replaceAll("-", "_").toUpperCase())
  .toSorted((one, other) => other.length - one.length);
const general = (name: string): string => {
  const suffix = suffixes.find((one) => name.endsWith(`_${one}`));
  return suffix === undefined ? name : `${name.slice(0, -suffix.length)}…`;
};

/** Those that a script or an action sets itself. */
const local = (text: string): readonly string[] => found([text], /(?:^|\s)([A-Z_]+)(?:=|: )/gmu);

const inputs = Object.values(contracts).flatMap((contract) =>
  "inputs" in contract
    ? Object.entries(contract.inputs)
        .filter(([, { kind }]) => kind === "scalar")
        .map(([key]) => environmentName(key))
    : [],
);
const onGitHub = [
  ...variables,
  ...Object.values(environments).flatMap(({ secrets }): readonly string[] => secrets),
].map(general);

const readByCode = new Set(
  [
    ...inputs,
    ...found(typescript, /\benv\["([A-Z][A-Z_]+)"\]|\benv\.([A-Z][A-Z_]+)\b|required\(env, "([A-Z_]+)"\)/gu),
    // A variable that is assigned is for other programs.
    ...found(python, /\b(?:os\.environ(?:\.\w+)?|env\.\w+)[[(]\s*"([A-Z][A-Z_]+)"(?!\]\s*=[^=])/gu),
    ...found(compose, /\$\{([A-Z][A-Z0-9_]*)/gu),
    ...scripts.flatMap((text) => found([text], /\$\{?([A-Z][A-Z_]+)/gu).filter((name) => !local(text).includes(name))),
  ].map(general),
);

const documented = codeSpans(proseOf(read("docs/settings.md"))).filter((span) =>
  /^[A-Z]+(?:_[A-Z]+)*(?:_…)?$/u.test(span),
);

test("each variable that the code reads is listed", () => {
  const listed = new Set([...documented, ...onGitHub]);
  expect([...readByCode].filter((name) => !listed.has(name)).toSorted()).toEqual([]);
  expect(readByCode.size).toBeGreaterThan(40);
});

test("each variable that is listed occurs in the code", () => {
  const texts = [...typescript, ...python, ...compose, ...scripts].join("\n");
  const occurs = (name: string) =>
    readByCode.has(name) ||
    texts.includes(name) ||
    // A catalog without a shop has no variable of this kind, but the contract does.
    (name.endsWith("_…") && texts.includes(`"${name.slice(0, -2)}"`)) ||
    texts.includes(`"${name.replace(/^PIP_/u, "").toLowerCase().replaceAll("_", "-")}"`);
  expect(documented.filter((name) => !occurs(name))).toEqual([]);
});

test("the rules for the environment of commands are listed in their order", () => {
  const { prose = "" } = sectionsOf(read("docs/settings.md")).find(({ level }) => level === 3) ?? {};
  const passedOn = { keep: "yes", remove: "no", refuse: "an error" };
  const rows = [...prose.matchAll(/^\| (`.*`) \| ([^|]+) \| .* \|$/gmu)];
  expect(rows.map(([, names = "", answer]) => [codeSpans(names), answer])).toEqual(
    rules.map(({ names, decision }) => [names, passedOn[decision]]),
  );
});
