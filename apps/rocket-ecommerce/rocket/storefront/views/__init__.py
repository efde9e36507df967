"""The pages. A post that succeeds answers with 303; another shows its page again, with 422."""
