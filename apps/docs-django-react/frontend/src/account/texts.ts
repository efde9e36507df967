/** The hint above the form that changes the password. */
export const passwordTexts = {
  hint: "Changing the password signs you out on all other devices.",
  changed: "Your password was changed. You are signed out on all other devices.",
} as const;
