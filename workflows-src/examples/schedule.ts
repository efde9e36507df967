/** Tests at 03:17 from Monday to Friday, and on the first day of each quarter. */
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "schedule",
  {
    title: "Nightly",
    on: {
      schedule: [
        { minute: 17, hour: 3, weekday: { from: "Monday", to: "Friday" } },
        { minute: 17, hour: 5, dayOfMonth: 1, month: ["January", "April", "July", "October"] },
      ],
    },
  },
  ({ steps }) => {
    steps("test", { title: "Test", timeoutMinutes: 15 }, [run("npm test")]);
  },
);
