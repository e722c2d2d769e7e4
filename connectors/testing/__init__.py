"""What holds connectors to their promises; imported by tests only."""
