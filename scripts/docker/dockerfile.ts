/** What a Dockerfile says about images. Pure. */

/**
 * The images that a Dockerfile pulls: those of FROM, of `--from`, of a mount's `from`, and of its syntax.
 * @param contexts the names of `--build-context` and `additional_contexts`: folders, not images
 */
export function pulledImages(dockerfile: string, contexts: readonly string[]): readonly string[] {
  const pulled: string[] = [...dockerfile.matchAll(/^#\s*syntax=(\S+)/gmu)].map(([, image = ""]) => image);
  const local = new Set(["scratch", ...contexts]);
  const isImage = (reference: string): boolean => !local.has(reference.toLowerCase()) && !/^\d+$/u.test(reference);
  const instructions = dockerfile
    .replaceAll(/^\s*#.*\n/gmu, "")
    .replaceAll(/\\\n/gu, " ")
    .split("\n");
  for (const instruction of instructions) {
    const [, base, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/iu.exec(instruction) ?? [];
    const others = [...instruction.matchAll(/\s--(?:mount=\S*\b)?from=([^,\s]+)/gu)].map(([, from = ""]) => from);
    pulled.push(...[...(base === undefined ? [] : [base]), ...others].filter(isImage));
    if (stage !== undefined) local.add(stage.toLowerCase());
  }
  return pulled;
}
