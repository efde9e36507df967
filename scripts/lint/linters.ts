/** Which linter looks at which file, and how its answer is read. Pure. */
import { LineCounter, isScalar, parseDocument, visit } from "yaml";
import type { Command, Outcome } from "../core/command.ts";

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Linter {
  readonly tool: "gixy" | "hadolint" | "shellcheck" | "zizmor";
  /** From the repository's root; findings are about these. */
  readonly files: readonly string[];
  readonly command: Command;
  /** How it ends when it did look, with findings or without. */
  readonly ends: readonly number[];
  /** Throws when standard output is not what the tool writes. */
  readonly read: (output: string) => readonly Finding[];
}

/** What one linter says of one file; without findings it is content. */
export interface ToolResult {
  readonly tool: Linter["tool"];
  readonly file: string;
  readonly findings: readonly Finding[];
}

/** A `run:` of a workflow as a file of its own. */
export interface Script {
  readonly path: string;
  readonly text: string;
  readonly from: string;
  /** Where its first line stands in the workflow. */
  readonly line: number;
}

export const isWorkflow = (path: string): boolean => /^\.github\/workflows\/[^/]+\.ya?ml$/u.test(path);
const isDockerfile = (path: string): boolean => /(?:^|\/)(?:[^/]+\.)?Dockerfile$/u.test(path);
const hadolintConfig = ".hadolint.yaml";
export const isConfig = (path: string): boolean =>
  /(?:^|\/)(?:\.shellcheckrc|\.hadolint\.yaml)$|^tools\/(?:zizmor\.yml|gixy\.conf)$/u.test(path);

const lastSegment = /(?:^|\/)[^/]*$/u;

/** The configuration nearest above a Dockerfile: an ignore holds where its reason does. */
function configOf(dockerfile: string, files: readonly string[]): string | undefined {
  for (let folder = dockerfile.replace(lastSegment, ""); ; folder = folder.replace(lastSegment, "")) {
    const config = folder === "" ? hadolintConfig : `${folder}/${hadolintConfig}`;
    if (files.includes(config)) return config;
    if (folder === "") return undefined;
  }
}

export function linters(files: readonly string[], scripts: readonly Script[]): readonly Linter[] {
  const shell = files.filter((path) => path.endsWith(".sh"));
  const dockerfiles = files.filter(isDockerfile).map((path) => ({ path, config: configOf(path, files) }));
  return [
    {
      tool: "zizmor",
      files: files.filter(isWorkflow),
      command: [
        "zizmor",
        "--offline",
        "--persona",
        "auditor",
        "--strict-collection",
        "--no-progress",
        "--config",
        "tools/zizmor.yml",
        "--format",
        "json-v1",
        ".github/workflows",
      ],
      ends: [0, 10, 11, 12, 13, 14],
      read: readZizmor,
    },
    {
      tool: "shellcheck",
      files: shell,
      command: ["shellcheck", "--format", "json1", ...shell],
      ends: [0, 1],
      read: readShellcheck,
    },
    {
      tool: "shellcheck",
      files: [...new Set(scripts.map(({ from }) => from))],
      command: ["shellcheck", "--shell", "bash", "--format", "json1", ...scripts.map(({ path }) => path)],
      ends: [0, 1],
      read: (output) => readShellcheck(output).map((finding) => backInWorkflow(finding, scripts)),
    },
    ...[...new Set(dockerfiles.map(({ config }) => config))].map((config): Linter => {
      const theirs = dockerfiles.filter((one) => one.config === config).map(({ path }) => path);
      const options = [
        "--format",
        "json",
        "--failure-threshold",
        "style",
        ...(config === undefined ? [] : ["--config", config]),
      ];
      return {
        tool: "hadolint",
        files: theirs,
        command: ["hadolint", ...options, ...theirs],
        ends: [0, 1],
        read: readHadolint,
      };
    }),
    {
      tool: "gixy",
      files: files.filter((path) => path === "nginx.conf"),
      command: ["gixy", "--config", "tools/gixy.conf", "--format", "json", "nginx.conf"],
      ends: [0, 1],
      read: readGixy,
    },
  ];
}

/** Each `run:` with its place. Content of a block begins a line below its key. */
export function scriptsOf(workflow: string, text: string): readonly Script[] {
  const lines = new LineCounter();
  const scripts: Script[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "run" || !isScalar(value) || typeof value.value !== "string" || !value.range)
        return;
      const start = lines.linePos(value.range[0]).line;
      const block = value.type === "BLOCK_LITERAL" || value.type === "BLOCK_FOLDED";
      const name = workflow.replace(lastSegment, (file) => file.replace(/^\//u, "")).replaceAll(/[^\w-]/gu, "-");
      scripts.push({
        path: `run/${name}-${scripts.length + 1}.sh`,
        text: value.value,
        from: workflow,
        line: block ? start + 1 : start,
      });
    },
  });
  return scripts;
}

function backInWorkflow(finding: Finding, scripts: readonly Script[]): Finding {
  const script = scripts.find(({ path }) => path === finding.file);
  return script ? { ...finding, file: script.from, line: script.line + finding.line - 1 } : finding;
}

interface ZizmorFinding {
  readonly ident: string;
  readonly desc: string;
  readonly ignored: boolean;
  readonly locations: readonly {
    readonly symbolic: {
      readonly kind: string;
      readonly annotation: string;
      readonly key: { readonly Local?: { readonly verbatim_path: string } };
    };
    readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
  }[];
}
const readZizmor = (output: string): readonly Finding[] =>
  (JSON.parse(output) as readonly ZizmorFinding[])
    .filter(({ ignored }) => !ignored)
    .map(({ ident, desc, locations }) => {
      const place = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
      return {
        file: place?.symbolic.key.Local?.verbatim_path ?? ".github/workflows",
        line: (place?.concrete.location.start_point.row ?? 0) + 1,
        message: `${ident}: ${desc}${place ? `: ${place.symbolic.annotation}` : ""}`,
      };
    });

interface Comment {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly message: string;
}
const readShellcheck = (output: string): readonly Finding[] =>
  (JSON.parse(output) as { readonly comments: readonly Comment[] }).comments.map(({ file, line, code, message }) => ({
    file,
    line,
    message: `SC${code}: ${message}`,
  }));

const readHadolint = (output: string): readonly Finding[] =>
  (JSON.parse(output) as readonly (Omit<Comment, "code"> & { readonly code: string })[]).map(
    ({ file, line, code, message }) => ({ file, line, message: `${code}: ${message}` }),
  );

const readGixy = (output: string): readonly Finding[] =>
  (
    JSON.parse(output) as readonly {
      readonly file: string;
      readonly line: number;
      readonly plugin: string;
      readonly summary: string;
      readonly reason: string;
    }[]
  ).map(({ file, line, plugin, summary, reason }) => ({
    file: file.replace(/^\/repository\//u, ""),
    line,
    message: `${plugin}: ${summary} ${reason}`.trim(),
  }));

/** A tool that did not look is a finding about each file that it should have looked at. */
export function verdict(linter: Linter, outcome: Outcome): readonly ToolResult[] {
  const { tool, files } = linter;
  const findings = found(linter, outcome);
  if (typeof findings === "string")
    return files.map((file) => ({ tool, file, findings: [{ file, line: 1, message: findings }] }));
  const elsewhere = findings.map(({ file }) => file).filter((file) => !files.includes(file));
  return [...new Set([...files, ...elsewhere])].map((file) => ({
    tool,
    file,
    findings: findings.filter((finding) => finding.file === file),
  }));
}

function found({ tool, ends, read }: Linter, { code, stdout, stderr }: Outcome): readonly Finding[] | string {
  const broken = `${tool} did not run: it ended with ${code}\n${(stderr || stdout).trimEnd().split("\n").slice(-5).join("\n")}`;
  if (!ends.includes(code)) return broken;
  try {
    const findings = read(stdout);
    // Red without a reason, or green over findings: then its answer was not understood.
    return (code !== 0) === findings.length > 0 ? findings : broken;
  } catch {
    return broken;
  }
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** XML has no way to write control characters. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/gu, (character) => escapes[character] ?? "").replaceAll(/(?![\t\n\r])\p{Cc}/gu, "");

/** One test case a tool and file. */
export function junit(results: readonly ToolResult[]): string {
  const failures = results.filter(({ findings }) => findings.length > 0).length;
  const cases = results.map(({ tool, file, findings }) => {
    const attributes = `classname="${tool}" name="${escaped(file)}" file="${escaped(file)}"${findings[0] ? ` line="${findings[0].line}"` : ""}`;
    const text = findings.map(({ line, message }) => `${file}:${line} ${message}`).join("\n");
    return findings.length === 0
      ? `    <testcase ${attributes}/>`
      : `    <testcase ${attributes}><failure message="${findings.length} found">${escaped(text)}</failure></testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="tools" tests="${results.length}" failures="${failures}">
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
}
