"""The cart. It is kept in the database; the visitor's session holds its random key."""
