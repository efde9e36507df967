// @ts-check
/** The first module of a thread: a Node that does not strip types gets tsx as its loader. */
if (!("typescript" in process.features)) (await import("tsx/esm/api")).register();
await import("./work.ts");
