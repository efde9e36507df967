"""The catalogue: categories, tags, products with their variants, prices and drawings."""
