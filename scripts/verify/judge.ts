/** Judges workflows with all checks that are no programs: GitHub's parser and service, actionlint, and our own rules. */
import { join } from "node:path/posix";
import { actionlintFindings, notContradicted } from "./actionlint.ts";
import { type ReadCalled, type Verified, parserFindings, serviceFindings } from "./github.ts";
import { rules } from "./rules/rules.ts";
import { parseYaml } from "./workflow/document.ts";
import type { Finding } from "./workflow/finding.ts";
import { type Workflow, workflowOf } from "./workflow/workflow.ts";

export async function judge(all: readonly Verified[]): Promise<readonly Finding[]> {
  const linting = all.map(({ workflow, source }) => actionlintFindings(workflow.document.file, source));
  const found: Finding[] = [];
  for (const [index, verified] of all.entries()) {
    const parser = await parserFindings(verified);
    const service = await serviceFindings(verified);
    const own = rules.flatMap((rule) => rule(verified.workflow, calledWorkflows(verified.called)));
    found.push(...parser, ...notRepeated(service, parser), ...own, ...notContradicted(await linting[index]!, parser));
  }
  return found;
}

/** The service contains the parser, so that it reports the parser's findings again. */
const notRepeated = (service: readonly Finding[], parser: readonly Finding[]): readonly Finding[] =>
  service.filter(({ line, message }) => !parser.some((one) => one.line === line && one.message === message));

function calledWorkflows(read: ReadCalled): (uses: string) => Workflow | undefined {
  const known = new Map<string, Workflow | undefined>();
  return (uses) => {
    if (!/^[.$]\//u.test(uses)) return undefined;
    const path = join(uses.slice(2));
    if (!known.has(path)) {
      const text = read(path);
      const document = text === undefined ? undefined : parseYaml(path, text);
      known.set(path, document && "texts" in document ? workflowOf(document) : undefined);
    }
    return known.get(path);
  };
}
