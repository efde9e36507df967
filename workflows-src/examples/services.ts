/** Tests with a database beside the job; the steps begin when it answers. */
import { images } from "../../contract/base-images.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "services",
  { title: "Services", on: { push: { branches: ["main"] } } },
  ({ steps }) => {
    steps(
      "test",
      {
        title: "Test",
        timeoutMinutes: 15,
        services: {
          postgres: {
            image: images.database,
            env: { POSTGRES_PASSWORD: "only-for-tests" },
            ports: [5432],
            healthy: "pg_isready",
          },
        },
      },
      [run("npm test", { env: { DATABASE_URL: "postgres://postgres:only-for-tests@localhost/postgres" } })],
    );
  },
);
