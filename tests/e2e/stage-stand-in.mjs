// @ts-check
/**
 * Replaces the command `npm run stage` in the repository of a test. The stage plan runs as it is. The others do none of their
 * work: they print their environment and the artifacts that they find, and leave the files that their jobs upload.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const [, stage] = process.argv.slice(2);
const { env } = process;

/** @param {string} folder */
const leave = (folder) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/stand-in`, "");
};
const filesOf = {
  check: [],
  build: ["oci/oci", "reports/reports", "proofs/proofs"].map((folder) => `${folder}-${env["APP"]}`),
  integrate: ["integration/integration", "proofs/proofs-integration"],
};

/** @param {keyof typeof filesOf} name */
function stand(name) {
  const images = existsSync(".pipeline/oci") ? readdirSync(".pipeline/oci") : [];
  process.stdout.write(`stand-in ${JSON.stringify({ stage: name, env, images })}\n`);
  const failing = existsSync("failing-stages") ? readFileSync("failing-stages", "utf8").split("\n") : [];
  if (failing.includes([name, env["APP"]].filter(Boolean).join("/"))) process.exit(1);
  for (const folder of filesOf[name]) leave(`.pipeline/${folder}`);
}

if (stage === "check" || stage === "build" || stage === "integrate") stand(stage);
else await import("../../scripts/bootstrap.mjs");
