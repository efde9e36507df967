import { useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  /** Maximum length in characters. */
  readonly limit: number;
  /** The error message shown below the input. */
  readonly error: string | undefined;
  readonly type?: "text" | "password" | "search";
  readonly autoComplete?: string;
  readonly onChange: (value: string) => void;
}

export const Field = ({ label, value, limit, error, type = "text", autoComplete = "off", onChange }: FieldProps) => {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={limit}
        type={type}
        autoComplete={autoComplete}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onChange={(event) => onChange(event.target.value)}
      />
      {error !== undefined && (
        <p className="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
};
