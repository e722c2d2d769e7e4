"""The store's schema, one step per file."""
