"""What the shop offers: categories, tags, products, their variants, prices and drawings."""
