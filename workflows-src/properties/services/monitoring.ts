/** What Prometheus reads. Pure. */
import { parse } from "yaml";
import type { Catalog } from "../../../apps/catalog.ts";
import { differences, duration, inAnyOrder } from "../core/exactly.ts";
import { type Files, type Rule, textOf } from "../core/rule.ts";

export interface Monitoring {
  readonly files: Files;
  readonly catalog: Catalog;
}

export const metricsAreRead: Rule<Monitoring> = {
  name: "Prometheus reads the metrics of every replica of every application",
  reason:
    "An application serves its metrics at a port of its own, which is METRICS_PORT in its environment. DNS lists the addresses of all replicas.",
  findings: ({ files, catalog }) =>
    differences(
      "prometheus.yml",
      {
        global: { scrape_interval: duration(1, 60) },
        scrape_configs: [
          {
            job_name: "applications",
            dns_sd_configs: [
              { type: "A", port: 9100, refresh_interval: duration(1, 60), names: inAnyOrder(...Object.keys(catalog)) },
            ],
            relabel_configs: [{ source_labels: ["__meta_dns_name"], target_label: "app" }],
          },
        ],
      },
      parse(textOf(files, "prometheus.yml")),
    ),
};
