import { useState } from "react";
import { Navigate, useNavigate, useRevalidator } from "react-router";
import { type ApiError, catchApiError } from "../api/client.ts";
import { changePassword, signOut } from "../api/session.ts";
import { Field } from "../shell/field.tsx";
import { useSession, useSignInUrl } from "../shell/session.ts";
import { useTitle } from "../shell/title.ts";
import { FormError } from "./form-error.tsx";
import { passwordTexts } from "./texts.ts";

export const AccountPage = () => {
  const { user } = useSession();
  const signInUrl = useSignInUrl();
  useTitle("Your account");
  return user ? <Account name={user.name} /> : <Navigate to={signInUrl} replace />;
};

const Account = ({ name }: { readonly name: string }) => {
  const navigate = useNavigate();
  const { revalidate } = useRevalidator();
  const [failure, setFailure] = useState<ApiError>();

  const signOutAndLeave = async () => {
    const error = await catchApiError(signOut());
    setFailure(error);
    if (error) return;
    await navigate("/");
    await revalidate();
  };

  return (
    <div className="panel account">
      <p className="eyebrow">Signed in</p>
      <h1>{name}</h1>
      <FormError failure={failure} fields={[]} />
      <button type="button" className="button secondary" onClick={() => void signOutAndLeave()}>
        Sign out
      </button>
      <Password name={name} />
    </div>
  );
};

const Password = ({ name }: { readonly name: string }) => {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [failure, setFailure] = useState<ApiError>();
  const [done, setDone] = useState(false);

  const submit = async () => {
    const error = await catchApiError(changePassword(current, next));
    setFailure(error);
    setDone(error === undefined);
    if (error) return;
    setCurrent("");
    setNext("");
  };

  return (
    <form
      className="account"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>Change password</h2>
      <output className="hint">{done ? passwordTexts.changed : passwordTexts.hint}</output>
      <FormError failure={failure} fields={["current", "new"]} />
      {/* Tells password managers which account the password belongs to. */}
      <input type="hidden" name="username" autoComplete="username" value={name} />
      <Field
        label="Current password"
        type="password"
        value={current}
        limit={1024}
        autoComplete="current-password"
        error={failure?.messageFor("current")}
        onChange={setCurrent}
      />
      <Field
        label="New password"
        type="password"
        value={next}
        limit={1024}
        autoComplete="new-password"
        error={failure?.messageFor("new")}
        onChange={setNext}
      />
      <button type="submit" className="button">
        Change password
      </button>
    </form>
  );
};
