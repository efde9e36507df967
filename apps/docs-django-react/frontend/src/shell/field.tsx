import { useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  /** Characters. */
  readonly limit: number;
  /** What is wrong with it, said beside it. */
  readonly wrong: string | undefined;
  readonly type?: "text" | "password" | "search";
  readonly autoComplete?: string;
  readonly onChange: (value: string) => void;
}

export const Field = ({ label, value, limit, wrong, type = "text", autoComplete = "off", onChange }: FieldProps) => {
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
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong !== undefined && (
        <p className="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
};
