import { useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  /** Characters. */
  readonly limit: number;
  /** What is wrong with it, said beside it. */
  readonly wrong: string | undefined;
  readonly onChange: (value: string) => void;
}

export const Field = ({ label, value, limit, wrong, onChange }: FieldProps) => {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={limit}
        autoComplete="off"
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
