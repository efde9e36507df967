/** Images of others that ours are built on or run beside. A Dockerfile repeats its own; a test holds them to this table. */
export const images = {
  proxy: "nginx:1.30-alpine",
  database: "postgres:17-alpine",
  registry: "registry:3",
  application: "python:3.13-alpine",
  assets: "node:24-alpine",
  tests: "node:24-slim",
  tools: "python:3.13-slim",
} as const;
