"""The cart: kept in the database, found by a random key in the visitor's signed session cookie."""
