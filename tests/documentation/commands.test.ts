/** Every command that a document shows is one that the command line, Compose or an image accepts. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appNames, catalog } from "../../apps/catalog.ts";
import { environmentName } from "../../contract/codecs.ts";
import { contractOf, stageNames } from "../../contract/contracts.ts";
import { commandNames, misuseOf } from "./command-line.ts";
import { type ShownCommand, commandsIn } from "./commands.ts";
import { documents, read } from "./files.ts";
import { blocksOf, proseOf } from "./markdown.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};
const lifecycle = ["start", "stop", "test", "ci"];

/** Reasons why npm or the command would refuse it. */
function refusedByNpm({ args, env }: ShownCommand): readonly string[] {
  const [first = "", ...others] = args.filter((word) => word !== "-s");
  const [name = "", ...rest] = first === "run" ? others : [first, ...others];
  if (first === "run" ? !(name in manifest.scripts) : !lifecycle.includes(first)) return [`npm knows no ${name}`];
  if (rest.length === 0) return [];
  if (rest[0] !== "--") return [`${rest.join(" ")} is not behind two dashes`];
  const words = rest.slice(1);
  return [...misuseOf([name, ...words]), ...(name === "stage" ? refusedInputs(words[0] ?? "", env) : [])];
}

/** Variables in front of a stage are its inputs, with values that their codecs accept. */
const refusedInputs = (stage: string, env: ShownCommand["env"]): readonly string[] => {
  const name = stageNames.find((known) => known === stage);
  const inputs = name === undefined ? {} : (contractOf(name).inputs ?? {});
  return Object.entries(env).flatMap(([variable, value]) => {
    const codec = Object.entries(inputs).find(([key]) => environmentName(key) === variable)?.[1];
    if (codec?.kind !== "scalar") return [`${stage} reads no ${variable}`];
    try {
      codec.parse(value);
      return [];
    } catch {
      return [`${stage} refuses ${variable}=${value}`];
    }
  });
};

function refusedByVitest(args: readonly string[]): readonly string[] {
  const [program, ...rest] = args;
  if (program !== "vitest") return existsSync(`node_modules/.bin/${program}`) ? [] : [`npx finds no ${program}`];
  const project = rest[rest.indexOf("--project") + 1] ?? "";
  return [
    ...(readFileSync("vitest.config.ts", "utf8").includes(`name: "${project}"`)
      ? []
      : [`vitest has no project ${project}`]),
    ...rest.filter((word) => word.includes("/") && !existsSync(word)).map((path) => `${path} does not exist`),
  ];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly profiles?: readonly string[] }>>;
}
const parsed = new Map<string, ComposeFile>();

/** The documents show many commands of Compose, for two files. */
function composeFile(path: string): ComposeFile {
  const known = parsed.get(path) ?? (parse(readFileSync(path, "utf8")) as ComposeFile);
  parsed.set(path, known);
  return known;
}

const withValue = ["-f", "--file", "--profile", "--exit-code-from"];

function refusedByCompose(args: readonly string[]): readonly string[] {
  const valueOf = (...options: readonly string[]) =>
    args.flatMap((word, index) => (options.includes(word) ? [args[index + 1] ?? ""] : []));
  const [file = "docker-compose.yml"] = valueOf("-f", "--file");
  if (!existsSync(file)) return [`${file} does not exist`];
  const { services } = composeFile(file);
  const profiles = Object.values(services).flatMap((service) => service.profiles ?? []);
  const [command = "", ...words] = args.filter(
    (word, index) => !word.startsWith("-") && !withValue.includes(args[index - 1] ?? ""),
  );
  const named = [...valueOf("--exit-code-from"), ...(command === "exec" ? words.slice(0, 1) : words)];
  return [
    ...named.filter((name) => !(name in services)).map((name) => `${file} has no service ${name}`),
    ...valueOf("--profile")
      .filter((name) => !profiles.includes(name))
      .map((name) => `${file} has no profile ${name}`),
  ];
}

/** Containers and images of applications are named after the catalog. */
function refusedByDocker(args: readonly string[]): readonly string[] {
  if (args[0] === "compose") return refusedByCompose(args.slice(1));
  const image = args.map((word) => /^wmd-test\/(.+)$/u.exec(word)?.[1]).find(Boolean);
  const container = args.map((word) => /^wmd-(.+)-1$/u.exec(word)?.[1]).find(Boolean);
  return [
    ...(image === undefined || Object.values(catalog).some((app) => app.image === image)
      ? []
      : [`no application has the image ${image}`]),
    ...(container === undefined || appNames.some((app) => app === container)
      ? []
      : [`no application is called ${container}`]),
    ...args
      .filter((word) => image !== undefined && word.startsWith("tests/") && !existsSync(`apps/${image}/${word}`))
      .map((path) => `${image} has no ${path}`),
  ];
}

const refused = (command: ShownCommand): readonly string[] => {
  const { program, args } = command;
  if (program === "npm") return refusedByNpm(command);
  if (program === "npx") return refusedByVitest(args);
  return program === "docker" ? refusedByDocker(args) : refusedByCompose(args);
};

describe.each(documents)("%s", (document) => {
  test("its examples are shell commands, which are checked, or diagrams", () =>
    expect(blocksOf(read(document)).filter(({ language }) => !["sh", "mermaid"].includes(language))).toEqual([]));

  test("its commands are accepted", () => {
    const text = read(document);
    expect(commandsIn(blocksOf(text), proseOf(text)).flatMap(refused)).toEqual([]);
  });
});

test("the command line defines each script of package.json", () => {
  const ours = Object.entries(manifest.scripts).filter(([, command]) => command.includes("bootstrap.mjs"));
  expect(commandNames.toSorted()).toEqual(ours.map(([name]) => name).toSorted());
});

test("the READMEs show the whole command line", () => {
  const shown = commandsIn(blocksOf(read("README.md")), proseOf(read("README.md"))).filter(
    ({ program }) => program === "npm",
  );
  const names = new Set(
    shown.map(({ args: [first = "", ...others] }) =>
      first === "run" ? (others.find((word) => word !== "-s") ?? "") : first,
    ),
  );
  expect(Object.keys(manifest.scripts).filter((name) => name !== "format" && !names.has(name))).toEqual([]);
});

test.each(["README.md", "README.fr.md"])("%s names the oldest Node that works", (path) => {
  const versions = (manifest.engines.node.match(/\d+(?:\.\d+)*/gu) ?? []).map((version) =>
    version.replace(/(?:\.0)+$/u, ""),
  );
  expect(versions.filter((version) => !read(path).includes(version))).toEqual([]);
});
