/** Images of others that ours are built on or run beside. A Dockerfile repeats its own; a test holds them to this table. */
export const images = {
  proxy: "nginx:1.30-alpine",
  database: "postgres:17-alpine",
  registry: "registry:3",
  metrics: "prom/prometheus:v3.5.3",
  application: "python:3.13-alpine",
  assets: "node:24-alpine",
  tests: "node:24-slim",
  tools: "python:3.13-slim",
  /** Stripe's own imitation of its API: it answers from Stripe's description of it, and keeps nothing. */
  stripeMock: "stripe/stripe-mock:v0.203.0",
} as const;

/** Started when asked for, and never by a test: there is no package to make a stand-in of. */
export const grafanaImage = "grafana/grafana:13.1.1";
