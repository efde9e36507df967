import type { ApiError } from "../api/client.ts";

interface FormErrorProps {
  readonly failure: ApiError | undefined;
  /** The fields that show their own errors. */
  readonly fields: readonly string[];
}

/** Shows the error of a form, unless one of its fields shows it. */
export const FormError = ({ failure, fields }: FormErrorProps) =>
  failure && !fields.some((field) => failure.hasError(field)) ? (
    <p className="error" role="alert">
      {failure.message}
    </p>
  ) : null;
