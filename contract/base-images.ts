/** Images of other projects: ours are built from some and run beside others. `base-images.test.ts` compares the Dockerfiles. */
export const images = {
  proxy: "nginx:1.30-alpine",
  database: "postgres:17-alpine",
  registry: "registry:3",
  metrics: "prom/prometheus:v3.5.3",
  application: "python:3.13-alpine",
  assets: "node:24-alpine",
  tests: "node:24-slim",
  tools: "python:3.13-slim",
  /** Stripe's own mock of its API: it checks requests against Stripe's OpenAPI description and keeps no state. */
  stripeMock: "stripe/stripe-mock:v0.203.0",
} as const;

/** Not in `images`, because no package exists from which a stand-in could be built; so no test starts it. */
export const grafanaImage = "grafana/grafana:13.1.1";
