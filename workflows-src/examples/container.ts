/** Runs the steps inside of a container, as the image's tests run elsewhere. */
import { images } from "../../contract/base-images.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "container",
  { title: "Container", on: { push: { branches: ["main"] } } },
  ({ steps }) => {
    steps(
      "test",
      {
        title: "Test",
        timeoutMinutes: 15,
        container: { image: images.tools, env: { PYTHONUNBUFFERED: "1" } },
      },
      [run("python -m unittest")],
    );
  },
);
