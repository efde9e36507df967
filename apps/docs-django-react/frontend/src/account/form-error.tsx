import type { ApiError } from "../api/client.ts";

interface RefusedProps {
  readonly failure: ApiError | undefined;
  /** Those that show their faults themselves. */
  readonly fields: readonly string[];
}

/** Why a form did nothing, unless one of its fields says so. */
export const Refused = ({ failure, fields }: RefusedProps) =>
  failure && !fields.some((field) => failure.names(field)) ? (
    <p className="wrong" role="alert">
      {failure.message}
    </p>
  ) : null;
