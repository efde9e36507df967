/** The images of others: those that ours are built on, and those that run beside ours. Dockerfiles repeat them; a unit test compares. */
export const images = {
  proxy: "nginx:1.30-alpine",
  database: "postgres:17-alpine",
  registry: "registry:3",
  metrics: "prom/prometheus:v3.5.3",
  application: "python:3.13-alpine",
  assets: "node:24-alpine",
  tests: "node:24-slim",
  tools: "python:3.13-slim",
  /** Stripe's own mock of its API: it validates requests against Stripe's specification, and stores nothing. */
  stripeMock: "stripe/stripe-mock:v0.203.0",
} as const;

/** Only the monitoring profile starts it, and no test does: no package exists from which a stand-in could be built. */
export const grafanaImage = "grafana/grafana:13.1.1";
