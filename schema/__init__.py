"""The unified model as GraphQL: one noun per file, descriptions for every reader, no I/O."""
