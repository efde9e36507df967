// @ts-check
/** The import rule, as a plugin of oxlint: a file imports from its own folder and from layers below it. */
import { dirname, join, relative } from "node:path";

/**
 * The layers, lowest first. Folders of one layer do not import each other, so no circle of folders can exist.
 * Every folder with sources has to be listed: a folder is not covered by the one that contains it.
 * @type {readonly (readonly string[])[]}
 */
export const layers = [
  ["apps"],
  ["contract"],
  // Below the compilers: a rule may not use the code that compiled what it judges.
  ["workflows-src/properties/core"],
  [
    "workflows-src/properties/services",
    "workflows-src/properties/workflows",
    "workflows-src/properties/nginx",
    "workflows-src/properties/pages",
  ],
  ["workflows-src/properties"],
  ["workflows-src/language", "workflows-src/simulator"],
  ["workflows-src/workflows", "workflows-src/stack", "workflows-src/pages"],
  ["workflows-src/stack/compose", "workflows-src/stack/swarm", "workflows-src/catalog", "workflows-src/examples"],
  ["workflows-src"],
  ["workflows-src/testing"],
  ["scripts/core"],
  ["scripts/bootstrap"],
  ["scripts/docker", "scripts/reports", "scripts/verify/workflow"],
  ["scripts/oci", "scripts/engine", "scripts/verify/rules"],
  ["scripts/oci/testing"],
  ["scripts/lint", "scripts/integration", "scripts/proofs", "scripts/rollout"],
  ["scripts/chaos", "scripts/release", "scripts/verify", "scripts/actions"],
  ["scripts/verify/testing", "scripts/actions/testing"],
  ["scripts/simulation"],
  ["scripts/stages"],
  ["scripts/stages/testing"],
  ["scripts/pipeline", "scripts/events"],
  ["scripts/mutants/deliberate"],
  ["scripts/mutants"],
  ["scripts/benchmark", "scripts/benchmark/pipeline"],
  ["scripts/cli/definition"],
  ["scripts/cli"],
  ["scripts/cli/testing"],
  ["scripts"],
  ["tests"],
  ["tests/integration/http"],
  ["tests/integration/browser"],
  ["tests/integration/drivers"],
  ["tests/integration/observers"],
  ["tests/documentation", "tests/e2e", "tests/integration", "tests/proxy"],
  ["."],
];

/** @param {string} folder */
const rankOf = (folder) => layers.findIndex((folders) => folders.includes(folder));

/**
 * Says what is wrong with an import, if anything is; paths are relative to the repository's root.
 * A unit test may import from any layer, since nothing may import a unit test.
 * @param {string} from
 * @param {string} to
 * @returns {string | undefined}
 */
export function importFinding(from, to) {
  const [own, other] = [dirname(from), dirname(to)];
  for (const folder of [own, other])
    if (rankOf(folder) < 0) return `${folder} has no layer. List it in scripts/lint/layers.mjs.`;
  if (to.endsWith(".test.ts")) return `${from} imports ${to}. Move what both need into a file that is no test.`;
  if (own === other || from.endsWith(".test.ts") || rankOf(other) < rankOf(own)) return undefined;
  const relation = rankOf(other) === rankOf(own) ? "beside" : "above";
  return `${from} imports ${to}, and ${other} lies ${relation} ${own} in scripts/lint/layers.mjs. Move what both need into a lower layer.`;
}

const rule = {
  /** @param {{ cwd: string, filename: string, report(finding: { node: unknown, message: string }): void }} context */
  create(context) {
    const from = relative(context.cwd, context.filename);
    /** @param {{ source?: { value?: unknown } | null }} node */
    const check = ({ source }) => {
      if (typeof source?.value !== "string" || !source.value.startsWith(".")) return;
      const message = importFinding(from, join(dirname(from), source.value));
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

// oxlint reads a plugin from its default export.
// oxlint-disable-next-line import/no-default-export
export default { meta: { name: "layers" }, rules: { "imports-point-down": rule } };
